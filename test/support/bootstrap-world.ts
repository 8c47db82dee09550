import { type ApplyOptions, createBootstrap, parseBootstrap } from '#bootstrap';
import { createCredentials } from '#credentials';
import { silentLog, systemRandomness } from '#kernel';
import { createConnections } from '../../src/federation/connection-store.ts';
import { EMAIL_CODES_CONFIG, SMS_CONFIG } from './code-limits.ts';
import { createDirectory } from './directory.ts';

/** Where the files of these tests find their secrets. */
export const sources = { baseDir: '/', env: { PORTAL_SECRET: 'from-the-environment' } };
const issuer = 'https://login.example';

/** The bootstrap file over real storage, accounts, companies and credentials; in memory unless a folder is named. */
export async function createBootstrapWorld(options: { dataDir?: string } = {}) {
  const directory = createDirectory(options);
  const audited: { type: string }[] = [];
  const emission = (topic: string) => (payload: object) => ({
    id: systemRandomness.id(),
    topic,
    payload: { ...payload },
  });
  const audit = {
    record: async (event: { type: string }) => void audited.push(event),
    emission: emission('audit'),
  };
  const credentials = createCredentials({
    ...directory,
    randomness: systemRandomness,
    ssoRouting: { isSsoTargeted: async () => undefined },
    messages: {
      emission: emission('job'),
      sendSms: async () => {},
      sendAwaited: async () => {},
      stateOf: async () => 'sent',
    },
    audit,
    log: silentLog,
    config: {
      passwordHash: {
        algorithm: 'argon2id',
        argon2: { memoryKiB: 8, timeCost: 1, parallelism: 1 },
        bcrypt: { cost: 4 },
      },
      passkeys: true,
      sms: SMS_CONFIG,
      emailCodes: EMAIL_CODES_CONFIG,
      limits: { secondFactorTries: 5, resetLinkMinutes: 60 },
      issuer,
      brandName: 'Gatehouse',
    },
  });
  const connections = createConnections({ storage: directory.storage, issuer, production: false, audit });
  const bootstrap = createBootstrap({
    ...directory,
    randomness: systemRandomness,
    connections,
    credentials,
    audit,
    config: { issuer, production: false, termsVersion: '7' },
  });
  await directory.storage.open();

  async function apply(text: string, options?: ApplyOptions) {
    const parsed = parseBootstrap(text, sources);
    if (parsed.outcome !== 'ok') return parsed;
    return bootstrap.apply(parsed.file, options);
  }

  return {
    directory,
    credentials,
    bootstrap,
    connections,
    /** Events recorded on their own; the others are emitted with their change. */
    audited,
    apply,
    async applied(text: string, options?: ApplyOptions) {
      const outcome = await apply(text, options);
      if (outcome.outcome !== 'applied') throw new Error(JSON.stringify(outcome));
      return outcome.report;
    },
    async verdict(email: string, password: string) {
      const account = await directory.accounts.byEmail(email);
      return (await credentials.passwords.verify({ account, password, origin: {} })).outcome;
    },
    idOf: async (email: string) => (await directory.accounts.byEmail(email))?.id as string,
    async close() {
      await credentials.close();
      await directory.storage.close();
    },
  };
}

export type BootstrapWorld = Awaited<ReturnType<typeof createBootstrapWorld>>;
