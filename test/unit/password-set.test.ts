import type { SetReason } from '#credentials';
import { type CredentialsWorld, createCredentialsWorld, GOOD } from '../support/credentials-world.ts';

const DAY = 86_400_000;

describe('setting passwords', () => {
  let world: CredentialsWorld;
  beforeEach(async () => {
    world = await createCredentialsWorld();
  });
  afterEach(() => world.close());

  const set = (id: string, password: string, reason: SetReason = 'profile') => {
    const account = world.people.get(id) ?? world.addPerson(id);
    return world.credentials.passwords.set(account, password, { minLength: 8, reason, actor: id });
  };
  const verify = (id: string, password: string) =>
    world.credentials.passwords.verify({ account: world.people.get(id), password, origin: {} });

  it('C-7 the last four are refused, the current one among them, and the fifth back is accepted', async () => {
    for (const n of [1, 2, 3, 4, 5]) expect((await set('ada', `${GOOD}${n}`)).outcome).toBe('set');
    for (const n of [2, 3, 4, 5]) {
      expect(await set('ada', `${GOOD}${n}`)).toEqual({ outcome: 'refused', unmet: ['history'] });
    }
    expect((await set('ada', `${GOOD}1`)).outcome).toBe('set');
  });

  it('C-7 the history holds for passwords that were re-hashed or imported', async () => {
    world.addPerson('ada');
    await world.credentials.passwords.importPassword('ada', { password: `${GOOD}0` }, { actor: 'system' });
    await set('ada', `${GOOD}1`);
    expect(await set('ada', `${GOOD}0`)).toEqual({ outcome: 'refused', unmet: ['history'] });
  });

  it('C-12 only the password set last is in force', async () => {
    await set('ada', GOOD, 'welcome');
    await set('ada', `${GOOD}2`, 'reset');
    expect((await verify('ada', GOOD)).outcome).toBe('wrong');
    expect((await verify('ada', `${GOOD}2`)).outcome).toBe('ok');
  });

  it('a refusal names every rule and changes nothing', async () => {
    await set('ada', GOOD);
    await world.told();
    const before = world.people.get('ada');
    expect(await set('ada', 'short')).toEqual({
      outcome: 'refused',
      unmet: ['length', 'upper', 'number', 'special'],
    });
    expect((await verify('ada', GOOD)).outcome).toBe('ok');
    expect(world.people.get('ada')).toEqual(before);
    expect(await world.told()).toEqual({ mails: [], events: [] });
  });

  it('X38 a change ends the sessions of before; the outcome has the epoch that goes on', async () => {
    await set('ada', GOOD, 'welcome');
    expect(world.people.get('ada')?.epoch).toBe(0);
    const done = await set('ada', `${GOOD}2`);
    expect(world.people.get('ada')?.epoch).toBeGreaterThan(0);
    expect(done).toMatchObject({ epoch: world.people.get('ada')?.epoch, version: 2 });
  });

  it('X38 a first password leaves what is signed in alone, unless there was another one', async () => {
    expect(await set('ada', GOOD, 'welcome')).toMatchObject({ outcome: 'set', epoch: 0 });
    expect(await set('ada', `${GOOD}2`, 'welcome')).toMatchObject({ outcome: 'set', epoch: 2 });
  });

  it('X38 where older sign-ins could not be ended, the password is not changed', async () => {
    await set('ada', GOOD);
    const { version } = await world.credentials.passwords.state('ada');
    world.parts.accounts.raiseEpoch = async () => {
      throw new Error('cut off');
    };
    await expect(set('ada', `${GOOD}2`)).rejects.toThrow('cut off');
    expect((await world.credentials.passwords.state('ada')).version).toBe(version);
  });

  it('D6 each change is audited once, and mailed except in a log-in of one’s own', async () => {
    const kinds = async () => {
      const { mails, events } = await world.told();
      return [mails.map((mail) => mail['kind']), events.map(({ type, actor }) => [type, actor])];
    };
    await set('ada', GOOD, 'welcome');
    expect(await kinds()).toEqual([[], [['password.changed', 'ada']]]);
    await set('ada', `${GOOD}2`, 'expired');
    expect(await kinds()).toEqual([[], [['password.changed', 'ada']]]);
    await set('ada', `${GOOD}3`, 'profile');
    expect(await kinds()).toEqual([['password-changed'], [['password.changed', 'ada']]]);
  });

  it('A15 a temporary password must be changed, its successor not', async () => {
    await set('ada', GOOD, 'temporary');
    expect(await verify('ada', GOOD)).toMatchObject({ outcome: 'ok', mustChange: true });
    await set('ada', `${GOOD}2`, 'expired');
    expect(await verify('ada', `${GOOD}2`)).toMatchObject({ outcome: 'ok', mustChange: false });
  });

  it('C-8 a password expires on the day its company says, and never without one', async () => {
    const { passwords } = world.credentials;
    await set('ada', GOOD);
    const state = await passwords.state('ada');
    expect(state).toMatchObject({ has: true, changedAt: world.clock.at, version: 1 });
    expect(passwords.isExpired(state, 30, world.clock.at + 30 * DAY - 1)).toBe(false);
    expect(passwords.isExpired(state, 30, world.clock.at + 30 * DAY)).toBe(true);
    expect(passwords.isExpired(state, null, world.clock.at + 9999 * DAY)).toBe(false);
    expect(await passwords.state('nobody')).toEqual({
      has: false,
      mustChange: false,
      byMail: false,
      version: 0,
    });
  });

  it('two changes at once both count: versions and history lose none', async () => {
    await set('ada', GOOD);
    const done = await Promise.all([set('ada', `${GOOD}2`), set('ada', `${GOOD}3`)]);
    expect(done.map(({ outcome }) => outcome)).toEqual(['set', 'set']);
    expect((await world.credentials.passwords.state('ada')).version).toBe(3);
    for (const n of ['', '2', '3']) expect((await set('ada', GOOD + n)).outcome).toBe('refused');
  });

  it('a crash before the write leaves the old password and no session, never the other way round', async () => {
    await set('ada', GOOD);
    const epochs: number[] = [];
    const { accounts } = world.parts;
    const raise = accounts.raiseEpoch;
    accounts.raiseEpoch = async (id, reason) => {
      epochs.push((await world.credentials.passwords.state(id)).version);
      return raise(id, reason);
    };
    await set('ada', `${GOOD}2`);
    // Once with the old version still stored, once with the new one.
    expect(epochs).toEqual([1, 2]);
  });

  it('an import takes a date, a duty to change and hashes of other systems, and is refused for unknown forms', async () => {
    const { passwords } = world.credentials;
    world.addPerson('ada');
    await passwords.importPassword(
      'ada',
      { password: 'weak', changedAt: 1000, mustChange: true },
      { actor: 'operator-cli' },
    );
    expect((await world.told()).events).toMatchObject([
      { type: 'password.imported', actor: 'operator-cli', accountId: 'ada' },
    ]);
    expect(await passwords.state('ada')).toEqual({
      has: true,
      changedAt: 1000,
      mustChange: true,
      byMail: false,
      version: 1,
    });
    await expect(
      passwords.importPassword('ada', { hash: 'md5$x$y' }, { actor: 'system' }),
    ).rejects.toMatchObject({
      code: 'password-hash-unsupported',
    });
    await expect(passwords.importPassword('ada', {}, { actor: 'system' })).rejects.toThrow(TypeError);
  });

  it('C-14 what is told of a change has no password and no hash in it', async () => {
    await set('ada', GOOD);
    await set('ada', `${GOOD}2`);
    const told = JSON.stringify(await world.told());
    expect(told).not.toContain(GOOD);
    expect(told).not.toContain('$argon2');
  });
});
