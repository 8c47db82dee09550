import { randomUUID } from 'node:crypto';
import type { Account } from '#accounts';
import type { Credentials } from '#credentials';
import { CREDENTIALS_CONFIG } from '../support/credentials-world.ts';
import { createDirectory, type Directory, emission } from '../support/directory.ts';
import { createDirectoryCredentials, credentialsParts } from '../support/directory-credentials.ts';
import { SoftwareAuthenticator } from '../support/software-authenticator.ts';

const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const NUMBER = '+12025550123';
const ISSUER = CREDENTIALS_CONFIG.issuer;
type Method = Parameters<Credentials['removeMethod']>[1];

const ALL = ['totp', 'sms', 'passkey', 'email'] as const;

const REMOVED = {
  totp: 'authenticator.removed',
  sms: 'phone.removed',
  passkey: 'passkey.removed',
  email: 'email-code.removed',
};

/** As the profile hands it over. */
const mail = () => emission('job')({ kind: 'security-changed' });

describe('removing a second factor', () => {
  let directory: Directory;
  let credentials: ReturnType<typeof createDirectoryCredentials>;
  /** The last one that was mailed. */
  let code: string;
  beforeEach(async () => {
    directory = createDirectory();
    const { messages } = credentialsParts(directory);
    const sendAwaited: typeof messages.sendAwaited = async ({ data }) => {
      code = (data as { code: string }).code;
    };
    credentials = createDirectoryCredentials(directory, { messages: { ...messages, sendAwaited } });
    await directory.storage.open();
  });
  afterEach(async () => {
    directory.power.restore();
    await credentials.close();
    await directory.storage.close();
  });

  async function somebody(): Promise<Account> {
    const made = await directory.accounts.create({
      email: `${randomUUID()}@people.example`,
      name: 'Ada Example',
      status: 'active',
      emailVerified: true,
    });
    if (made.outcome !== 'created') throw new Error(made.outcome);
    return made.account;
  }

  async function withPasskey(account: Account): Promise<string> {
    const key = new SoftwareAuthenticator(ISSUER);
    const answer = key.create(await credentials.passkeys.creationOptions(account, 'b'));
    await credentials.passkeys.add(account.id, answer, { actor: account.id, binding: 'b', name: 'Phone' });
    return key.id;
  }

  async function setUpEmailCode(account: Account): Promise<void> {
    await credentials.emailCodes.resend({ account, binding: 'b', origin: {}, locale: 'en' });
    const acting = { actor: account.id, origin: {}, binding: 'b' };
    const { outcome } = await credentials.emailCodes.confirm(account.id, code, acting);
    if (outcome !== 'enrolled') throw new Error(outcome);
  }

  /** Sets one up; resolves with what is to be removed. */
  async function setUp(kind: Method['kind'], account: Account): Promise<Method> {
    if (kind === 'passkey') return { kind, passkeyId: await withPasskey(account) };
    if (kind === 'totp') await credentials.totp.importTotp(account.id, SECRET, { actor: account.id });
    if (kind === 'sms') await credentials.phones.importPhone(account.id, NUMBER);
    if (kind === 'email') await setUpEmailCode(account);
    return { kind };
  }

  const methodsOf = async (id: string) => ({
    app: (await credentials.totp.status(id)).enrolled,
    phone: (await credentials.phones.status(id)).exists,
    passkey: (await credentials.passkeys.status(id)).enrolled,
    email: (await credentials.emailCodes.status(id)).enrolled,
    recoveryCode: (await credentials.recoveryCodes.status(id)).exists,
  });

  it('K8 X34 two tabs that remove the last two methods at once leave one, while a company enforces it', async () => {
    for (const kind of ['sms', 'passkey', 'email'] as const) {
      const account = await somebody();
      const acting = { actor: account.id, needed: ALL };
      const tabs = [await setUp('totp', account), await setUp(kind, account)];
      const both = await Promise.all(tabs.map((one) => credentials.removeMethod(account.id, one, acting)));
      expect(both.map(({ outcome }) => outcome).sort()).toEqual(['busy', 'removed']);
      const again = await Promise.all(tabs.map((one) => credentials.removeMethod(account.id, one, acting)));
      expect(again).not.toContainEqual({ outcome: 'removed' });
      expect(await credentials.hasMethod(account.id)).toBe(true);
    }
  });

  it('K8 X34 one that takes longer than its lease removes nothing any more, and releases nobody else’s', async () => {
    const account = await somebody();
    const { id } = account;
    const acting = { actor: id, needed: ALL };
    const [app, phone] = [await setUp('totp', account), await setUp('sms', account)];
    const { raiseEpoch } = directory.accounts;
    /** Each removal waits before its first write, until it is let go. */
    const gates = [0, 1].map(() => ({
      reached: Promise.withResolvers<void>(),
      opened: Promise.withResolvers<void>(),
    }));
    const [first, second] = gates.map(({ reached, opened }) => ({
      reached: reached.promise,
      open: opened.resolve,
    }));
    directory.accounts.raiseEpoch = async (...args) => {
      const gate = gates.shift();
      gate?.reached.resolve();
      await gate?.opened.promise;
      return raiseEpoch(...args);
    };
    const slow = credentials.removeMethod(id, app, acting);
    await first?.reached;
    directory.clock.set(directory.clock.now() + 61_000);
    const next = credentials.removeMethod(id, phone, acting);
    await second?.reached;
    first?.open();
    expect(await slow).toEqual({ outcome: 'busy' });
    expect(await credentials.removeMethod(id, app, acting)).toEqual({ outcome: 'busy' });
    second?.open();
    expect(await next).toEqual({ outcome: 'removed' });
    directory.accounts.raiseEpoch = raiseEpoch;
    expect(await credentials.removeMethod(id, app, acting)).toEqual({ outcome: 'last' });
  });

  it('K8 a removal that failed is no obstacle to the next one', async () => {
    const { id } = await somebody();
    const acting = { actor: id };
    await credentials.totp.importTotp(id, SECRET, acting);
    const remove = () => credentials.removeMethod(id, { kind: 'totp' }, acting);
    const { raiseEpoch } = directory.accounts;
    directory.accounts.raiseEpoch = () => Promise.reject(new Error('storage is away'));
    await expect(remove()).rejects.toThrow('storage is away');
    directory.accounts.raiseEpoch = raiseEpoch;
    expect(await remove()).toEqual({ outcome: 'removed' });
  });

  it('K8 of several passkeys the last one stays, and what is not there is not removed', async () => {
    const account = await somebody();
    const acting = { actor: account.id, needed: ALL };
    const [first, second] = [await withPasskey(account), await withPasskey(account)];
    const remove = (passkeyId: string) =>
      credentials.removeMethod(account.id, { kind: 'passkey', passkeyId }, acting);
    expect(await remove(first)).toEqual({ outcome: 'removed' });
    expect(await remove(first)).toEqual({ outcome: 'none' });
    expect(await remove(second)).toEqual({ outcome: 'last' });
    expect(await credentials.removeMethod(account.id, { kind: 'totp' }, acting)).toEqual({ outcome: 'none' });
  });

  it('M2 K8 codes by e-mail are no method to be left alone with for whom they count nothing', async () => {
    const account = await somebody();
    const app = await setUp('totp', account);
    await setUp('email', account);
    const acting = { actor: account.id, needed: ['totp', 'passkey'] as const };
    expect(await credentials.removeMethod(account.id, app, acting)).toEqual({ outcome: 'last' });
    expect(await credentials.removeMethod(account.id, { kind: 'email' }, acting)).toEqual({
      outcome: 'removed',
    });
  });

  it.each(
    ALL,
  )('X38 W12 a crash at any write of the removal of %s loses neither mail nor record, leaves no old sign-in beside it and no recovery code alone', async (kind) => {
    let cuts = 0;
    for (let writes = 0, tried = 'cut'; tried === 'cut'; writes++) {
      const account = await somebody();
      const { id } = account;
      const acting = { actor: id };
      const method = await setUp(kind, account);
      await credentials.recoveryCodes.issue(id, acting);
      await directory.emitted();
      const remove = () => credentials.removeMethod(id, method, { ...acting, emit: [mail()] });
      directory.power.cutAfter(writes);
      tried = await remove().then(
        ({ outcome }) => outcome,
        () => 'cut',
      );
      directory.power.restore();
      if (tried === 'cut') cuts++;
      const { recoveryCode, ...left } = await methodsOf(id);
      const isThere = Object.values(left).includes(true);
      if (!isThere) expect(recoveryCode).toBe(false);
      if (!isThere) expect((await directory.accounts.byId(id))?.epoch).toBeGreaterThan(account.epoch);
      // The lease of what was cut off is over.
      directory.clock.set(directory.clock.now() + 61_000);
      await remove();
      expect(Object.values(await methodsOf(id))).not.toContain(true);
      const told = await directory.emitted();
      const type = REMOVED[kind];
      expect(told.filter(({ topic }) => topic === 'job')).toHaveLength(1);
      expect(told.filter(({ payload }) => payload['type'] === type)).toHaveLength(1);
    }
    expect(cuts).toBeGreaterThan(4);
  });

  it('J9 the mail about a new recovery code is one write with it', async () => {
    const { id } = await somebody();
    for (const writes of [0, 1]) {
      await directory.emitted();
      directory.power.cutAfter(writes);
      const issued = credentials.recoveryCodes.issue(id, { actor: id }, [mail()]).then(
        () => 1,
        () => 0,
      );
      expect(await issued).toBe(writes);
      directory.power.restore();
      const told = await directory.emitted();
      expect(told.map(({ topic }) => topic).sort()).toEqual(writes === 0 ? [] : ['audit', 'job']);
    }
  });
});
