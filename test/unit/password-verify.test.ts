import bcrypt from 'bcryptjs';
import {
  CHEAP_HASH,
  type CredentialsWorld,
  createCredentialsWorld,
  GOOD,
} from '../support/credentials-world.ts';

const MINUTE = 60_000;
const LOCKOUT = { enabled: true, attempts: 3 };

describe('verifying passwords', () => {
  let world: CredentialsWorld;
  beforeEach(async () => {
    world = await createCredentialsWorld();
    await world.credentials.passwords.set(world.addPerson('ada'), GOOD, {
      minLength: 8,
      reason: 'welcome',
      actor: 'system',
    });
    await world.told();
  });
  afterEach(() => world.close());

  const attempt = (password: string, more: { lockout?: typeof LOCKOUT; knownDevice?: string } = {}) =>
    world.credentials.passwords.verify({
      account: world.people.get('ada'),
      password,
      origin: { ip: '192.0.2.1' },
      ...more,
    });
  const outcomes = async (tries: ReturnType<typeof attempt>[]) =>
    (await Promise.all(tries)).map(({ outcome }) => outcome);
  const locked = (password: string, knownDevice?: string) =>
    attempt(password, { lockout: LOCKOUT, ...(knownDevice !== undefined && { knownDevice }) });

  it('the right password brings the version that a proof keeps', async () => {
    expect(await attempt(GOOD)).toEqual({
      outcome: 'ok',
      version: 1,
      mustChange: false,
      changedAt: world.clock.at,
    });
    expect(await attempt(GOOD.toLowerCase())).toEqual({ outcome: 'wrong' });
  });

  it('B10 unknown, inactive, invited and passwordless people are answered alike', async () => {
    const { passwords } = world.credentials;
    const origin = {};
    expect(await passwords.verify({ account: undefined, password: GOOD, origin })).toEqual({
      outcome: 'wrong',
    });
    const without = world.addPerson('bob');
    expect(await passwords.verify({ account: without, password: GOOD, origin })).toEqual({
      outcome: 'wrong',
    });
    for (const status of ['inactive', 'invited'] as const) {
      const account = { ...world.addPerson('ada'), status };
      expect(await passwords.verify({ account, password: GOOD, origin })).toEqual({ outcome: 'wrong' });
    }
  });

  it('F2 two failures are plain errors, the third locks, and the right password gets no verdict then', async () => {
    expect((await locked('no')).outcome).toBe('wrong');
    expect((await locked('no')).outcome).toBe('wrong');
    expect((await locked('no')).outcome).toBe('locked');
    expect(await locked(GOOD)).toEqual({ outcome: 'locked' });
    expect(await world.credentials.passwords.lockState('ada')).toEqual({
      locked: true,
      scope: 'strangers',
      lockedAt: world.clock.at,
    });
  });

  it('F2 a success sets the counter back', async () => {
    for (let round = 0; round < 3; round++) {
      await locked('no');
      await locked('no');
      expect((await locked(GOOD)).outcome).toBe('ok');
    }
  });

  it('F3 the person is told of the lock by mail, once, with an audit event after those of the failures', async () => {
    for (let n = 0; n < 6; n++) await locked('no');
    const { mails, events } = await world.told();
    expect(mails).toEqual([
      expect.objectContaining({
        kind: 'account-locked',
        to: 'ada@people.example',
        data: { name: 'Ada Example', resetLink: 'https://login.example/forgot-password' },
      }),
    ]);
    const failed = { type: 'log-in.failed', actor: 'anonymous', accountId: 'ada', ip: '192.0.2.1' };
    expect(events).toEqual([
      expect.objectContaining(failed),
      expect.objectContaining(failed),
      expect.objectContaining({ type: 'account.locked', accountId: 'ada', ip: '192.0.2.1' }),
    ]);
  });

  it('F2 sixty guesses at once are evaluated three times at most', async () => {
    const guesses = Array.from({ length: 59 }, (_, n) => locked(`guess ${n}`));
    const verdicts = await outcomes([...guesses, locked(GOOD)]);
    expect(verdicts.filter((verdict) => verdict === 'wrong')).toHaveLength(2);
    expect(verdicts.filter((verdict) => verdict === 'locked')).toHaveLength(58);
    expect((await world.told()).mails).toHaveLength(1);
  });

  it('the right password sent several times at once locks nobody', async () => {
    const verdicts = await outcomes(Array.from({ length: 6 }, () => locked(GOOD)));
    expect(verdicts).toContain('ok');
    expect(await world.credentials.passwords.lockState('ada')).toEqual({ locked: false });
    expect((await locked(GOOD)).outcome).toBe('ok');
  });

  it('F5 an administrator’s unlock clears lock and counter, with an audit event', async () => {
    for (let n = 0; n < 3; n++) await locked('no');
    await world.told();
    const { unlock } = world.credentials;
    expect(await unlock('ada', { actor: 'admin' })).toEqual({ lock: true, codes: false, sends: false });
    expect((await world.told()).events).toEqual([
      expect.objectContaining({ type: 'account.unlocked', actor: 'admin', accountId: 'ada' }),
    ]);
    await locked('no');
    await locked('no');
    expect((await locked(GOOD)).outcome).toBe('ok');
    expect((await unlock('ada', { actor: 'admin' })).lock).toBe(false);
  });

  it('F4 A15 a temporary password by an administrator lets a locked person in again, a change of one’s own does not', async () => {
    const account = world.addPerson('ada');
    const set = (password: string, reason: 'temporary' | 'profile') =>
      world.credentials.passwords.set(account, password, { minLength: 8, reason, actor: 'admin' });
    for (let n = 0; n < 3; n++) await locked('no');
    await set('Chosen-Horse-2', 'profile');
    expect((await locked('Chosen-Horse-2')).outcome).toBe('locked');
    await set('Handed-Over-3', 'temporary');
    expect(await locked('Handed-Over-3')).toMatchObject({ outcome: 'ok', mustChange: true });
  });

  it('F1 a lock outlives a company that turns the option off', async () => {
    for (let n = 0; n < 3; n++) await locked('no');
    expect((await attempt(GOOD)).outcome).toBe('locked');
  });

  it('W13 X36 guessing from outside doesn’t lock a known device out', async () => {
    for (let n = 0; n < 10; n++) await locked('no');
    expect((await locked(GOOD)).outcome).toBe('locked');
    expect((await locked(GOOD, 'device-1')).outcome).toBe('ok');
    // The person's own success opens nothing to the others.
    expect((await locked(GOOD)).outcome).toBe('locked');
  });

  it('F2 failures on a known device lock the account everywhere', async () => {
    for (let n = 0; n < 3; n++) await locked('no', 'device-1');
    expect((await locked(GOOD, 'device-1')).outcome).toBe('locked');
    expect((await locked(GOOD, 'device-2')).outcome).toBe('locked');
    expect((await locked(GOOD)).outcome).toBe('locked');
  });

  it('F2 a lock that strangers brought about holds everywhere once a known device has failed as often', async () => {
    for (let n = 0; n < 3; n++) await locked('no');
    for (let n = 0; n < 2; n++) expect((await locked('no', 'device-1')).outcome).toBe('wrong');
    expect((await locked(GOOD, 'device-2')).outcome).toBe('ok');
    expect((await locked('no', 'device-1')).outcome).toBe('locked');
    expect((await locked(GOOD, 'device-2')).outcome).toBe('locked');
    expect((await world.told()).mails).toHaveLength(1);
  });

  it('a full counter whose lock a crash swallowed is locked by a later try', async () => {
    const { messages } = world.parts;
    const emission = messages.emission;
    messages.emission = () => {
      throw new Error('crash');
    };
    await locked('no');
    await locked('no');
    await expect(locked('no')).rejects.toThrow('crash');
    messages.emission = emission;
    expect((await locked(GOOD)).outcome).toBe('locked');
    expect((await world.told()).mails).toEqual([]);
    world.clock.at += 2 * MINUTE;
    expect((await locked(GOOD)).outcome).toBe('locked');
    expect((await world.told()).mails).toHaveLength(1);
  });

  it('F2 failures from before a company asked for a lock-out don’t count for it', async () => {
    for (let n = 0; n < 5; n++) await attempt('no');
    expect((await locked('no')).outcome).toBe('wrong');
    expect((await locked(GOOD)).outcome).toBe('ok');
  });

  it('F2 failures count however far apart they are', async () => {
    for (let n = 0; n < 2; n++) {
      await locked('no');
      world.clock.at += 60 * 24 * MINUTE;
    }
    expect((await locked('no')).outcome).toBe('locked');
  });

  it('without a lock-out thirty failures a quarter of an hour are throttled, and end with it', async () => {
    for (let n = 0; n < 30; n++) expect((await attempt('no')).outcome).toBe('wrong');
    expect((await attempt(GOOD)).outcome).toBe('throttled');
    const types = (await world.told()).events.map(({ type }) => type);
    expect(types).toEqual([...Array(29).fill('log-in.failed'), 'log-in.throttled']);
    expect((await attempt(GOOD, { knownDevice: 'device-1' })).outcome).toBe('ok');
    world.clock.at += 15 * MINUTE;
    expect((await attempt(GOOD)).outcome).toBe('ok');
  });

  it('X37 an imported hash is renewed at the next log-in; version and date stay', async () => {
    const { passwords } = world.credentials;
    await passwords.importPassword(
      'ada',
      { hash: await bcrypt.hash('Imported-1', 4), changedAt: 1000 },
      { actor: 'system' },
    );
    const before = await passwords.state('ada');
    expect((await attempt('Imported-1')).outcome).toBe('ok');
    const stored = await storedHash();
    expect(stored).toMatch(/^\$argon2id\$/);
    expect(await passwords.state('ada')).toEqual(before);
    expect((await attempt('Imported-1')).outcome).toBe('ok');
  });

  it('a try that heavy load refused doesn’t count', async () => {
    const passwordHash = { ...CHEAP_HASH, concurrency: 1, maxWaiting: 0 };
    const busy = await createCredentialsWorld({ passwordHash });
    const { passwords } = busy.credentials;
    const account = busy.addPerson('eve');
    await passwords.importPassword('eve', { password: GOOD }, { actor: 'system' });
    const lockout = { enabled: true, attempts: 100 };
    const tries = await Promise.allSettled(
      Array.from({ length: 12 }, () => passwords.verify({ account, password: 'no', origin: {}, lockout })),
    );
    const evaluated = tries.filter(({ status }) => status === 'fulfilled').length;
    expect(evaluated).toBeLessThan(12);
    expect(await busy.collections.get('password-tries')?.get('lock:eve')).toMatchObject({ count: evaluated });
    await busy.close();
  });

  async function storedHash(): Promise<string> {
    const stored = await world.collections.get('passwords')?.get('ada');
    return (stored as { hash: string }).hash;
  }
});
