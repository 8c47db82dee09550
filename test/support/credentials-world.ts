import type { Account, Address } from '#accounts';
import { type CredentialsConfig, type CredentialsParts, createCredentials } from '#credentials';
import { createSecretBox, parseEmail, silentLog, systemRandomness } from '#kernel';
import { type Collection, createStorage, type Storage } from '#storage';
import { createSqliteEngine } from '../../src/storage/sqlite/index.ts';
import { EMAIL_CODES_CONFIG, SMS_CONFIG } from './code-limits.ts';

/** A mail or audit event that a use case asked for. */
export interface Told {
  topic: string;
  payload: Record<string, unknown>;
}

export interface SentText {
  to: string;
  deadline: number;
  data: { code: string; minutes: number; host: string };
}

export interface SentCodeMail {
  to: string;
  locale: string;
  deadline: number;
  data: { code: string; minutes: number; setUp?: boolean };
}

export const GOOD = 'Correct-Horse-1';
/** Cheap hashes: the tests are about rules, not about work. */
const CHEAP_ARGON2 = { memoryKiB: 64, timeCost: 1, parallelism: 1 };

export const CHEAP_HASH: CredentialsConfig['passwordHash'] = {
  algorithm: 'argon2id',
  argon2: CHEAP_ARGON2,
  bcrypt: { cost: 4 },
};
/** Every method is there. */
export const CREDENTIALS_CONFIG: CredentialsConfig = {
  passwordHash: CHEAP_HASH,
  limits: { secondFactorTries: 5, resetLinkMinutes: 60 },
  passkeys: true,
  sms: SMS_CONFIG,
  emailCodes: EMAIL_CODES_CONFIG,
  issuer: 'https://login.example',
  brandName: 'Gatehouse',
};

const READS: readonly string[] = ['get', 'getMany', 'find', 'count'];

/** The real embedded storage, in memory unless a folder is named, with a clock to move, a way to each collection, and verbs counted. */
export function createTestStorage(dataDir = ':memory:') {
  const clock = { at: Date.UTC(2026, 0, 5, 9), now: () => clock.at };
  const secretBox = createSecretBox(['a secret key of thirty-two bytes or more']);
  const base = { clock, log: silentLog, randomness: systemRandomness };
  const real = createStorage(createSqliteEngine({ dataDir, ...base }), { ...base, secretBox });
  const collections = new Map<string, Collection<object>>();
  const costs = { reads: 0, writes: 0 };
  /** A refused `increment` writes nothing. */
  const isWrite = (verb: string, result: unknown) =>
    !READS.includes(verb) && (verb !== 'increment' || (result as { allowed: boolean }).allowed);
  const counted = <T extends object>(collection: Collection<T>): Collection<T> =>
    new Proxy(collection, {
      get(target, verb: keyof Collection<T>) {
        const method = target[verb] as (...args: unknown[]) => Promise<unknown>;
        return async (...args: unknown[]) => {
          const result = await method(...args);
          if (isWrite(verb, result)) costs.writes++;
          else if (READS.includes(verb)) costs.reads++;
          return result;
        };
      },
    });
  const storage: Storage = {
    ...real,
    collection(spec) {
      const collection = real.collection(spec);
      collections.set(spec.name, collection as unknown as Collection<object>);
      return counted(collection);
    },
  };
  return { ...base, secretBox, storage, collections, costs };
}

/** Credentials on a real embedded storage, with plain maps for the features around them. */
export async function createCredentialsWorld(
  config: Partial<CredentialsConfig> = {},
  dataDir?: string,
  instead: Partial<CredentialsParts> = {},
) {
  const { storage, collections, costs, secretBox, clock, ...rest } = createTestStorage(dataDir);
  const base = { clock, ...rest };
  const people = new Map<string, Account>();
  const addresses = new Map<string, { state: Address['state']; accountId: string }>();
  const ssoDomains = new Map<string, { companyName: string; idpName?: string; itContact?: string }>();
  let emissions = 0;
  const emission = (topic: string) => (payload: object) => ({
    id: `emission-${++emissions}`,
    topic,
    payload: { ...payload },
  });
  const recorded: Told[] = [];
  const texts: SentText[] = [];
  const codeMails: SentCodeMail[] = [];

  async function resolveAddress(address: string) {
    const found = addresses.get(address);
    const account = found && people.get(found.accountId);
    return found && account && { state: found.state, account };
  }

  const parts: CredentialsParts = {
    storage,
    ...base,
    secretBox,
    accounts: {
      byId: async (id) => people.get(id),
      resolveAddress,
      async proveAddress(id) {
        people.set(id, { ...(people.get(id) as Account), emailVerified: true });
      },
      async raiseEpoch(id) {
        const account = people.get(id) as Account;
        people.set(id, { ...account, epoch: account.epoch + 1 });
        return account.epoch + 1;
      },
      async changeEmail(id, email) {
        const account = people.get(id) as Account;
        const changed = { ...account, email, emailNormalized: email, epoch: account.epoch + 1 };
        people.set(id, changed);
        return { outcome: 'changed', account: changed };
      },
    },
    identifiers: { resolve: ({ normalized }) => resolveAddress(normalized) },
    ssoRouting: { isSsoTargeted: async (address) => ssoDomains.get(parseEmail(address)?.domain ?? '') },
    messages: {
      emission: emission('job'),
      sendAwaited: async (mail) => void codeMails.push(mail as unknown as SentCodeMail),
      sendSms: async (sms) => void texts.push(sms as SentText),
      stateOf: async () => 'sent',
    },
    audit: {
      record: async (event) => void recorded.push({ topic: 'audit', payload: { ...event } }),
      emission: emission('audit'),
    },
    config: { ...CREDENTIALS_CONFIG, ...config },
    ...instead,
  };
  const credentials = createCredentials(parts);
  await storage.open();

  const world = {
    clock,
    storage,
    collections,
    costs,
    credentials,
    people,
    addresses,
    ssoDomains,
    /** Text messages sent so far, oldest first. */
    texts,
    /** Codes by e-mail sent so far, oldest first. */
    codeMails,
    /** What the credentials were made of: a test may break one of them. */
    parts,
    addPerson(id: string, change: Partial<Account> = {}): Account {
      const email = change.email ?? `${id}@people.example`;
      const account: Account = {
        id,
        email,
        emailNormalized: parseEmail(email)?.normalized ?? email,
        emailVerified: true,
        name: 'Ada Example',
        status: 'active',
        epoch: 0,
        createdAt: clock.at,
        updatedAt: clock.at,
        ...change,
      };
      people.set(id, account);
      addresses.set(account.emailNormalized, { state: 'primary', accountId: id });
      return account;
    },
    /** Everything told since the last call: mails by kind, audit events by type. */
    async told(): Promise<{ mails: Record<string, unknown>[]; events: Record<string, unknown>[] }> {
      await storage.drainEmissions(async ({ topic, payload }) => void recorded.push({ topic, payload }));
      const all = recorded.splice(0);
      const of = (topic: string) => all.filter((one) => one.topic === topic).map(({ payload }) => payload);
      return { mails: of('job'), events: of('audit') };
    },
    async close(): Promise<void> {
      await credentials.close();
      await storage.close();
    },
  };
  return world;
}
export type CredentialsWorld = Awaited<ReturnType<typeof createCredentialsWorld>>;
