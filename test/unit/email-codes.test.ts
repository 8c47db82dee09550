import fc from 'fast-check';
import { MINUTE } from '#kernel';
import { EMAIL_CODES_CONFIG } from '../support/code-limits.ts';
import { codeRequest, guessAtOnce, ORIGIN } from '../support/code-requests.ts';
import { type CredentialsWorld, createCredentialsWorld } from '../support/credentials-world.ts';
import { otherThan } from '../support/sent-code-pages.ts';

let world: CredentialsWorld;
beforeEach(async () => {
  world = await createCredentialsWorld();
  world.addPerson('ada');
});
afterEach(() => world.close());

const codes = () => world.credentials.emailCodes;
const request = (id?: string, binding?: string, ip?: string) => codeRequest(world, id, binding, ip);
const lastCode = () => world.codeMails.at(-1)?.data.code ?? '';
const verify = (code: string, binding = 'log-in-1', id = 'ada') =>
  codes().verify(id, code, { binding, origin: ORIGIN });
const confirm = (code: string, more: { raiseEpoch?: boolean } = {}) =>
  codes().confirm('ada', code, { actor: 'ada', origin: ORIGIN, binding: 'set-up', ...more });

async function enrol(id = 'ada'): Promise<void> {
  await codes().resend(request(id, 'set-up'));
  await codes().confirm(id, lastCode(), { actor: id, origin: ORIGIN, binding: 'set-up' });
}

describe('setting up codes by e-mail', () => {
  it('G31 wants the code that went to the account’s own address, and tells the person', async () => {
    expect(await codes().resend(request('ada', 'set-up'))).toEqual({
      outcome: 'sent',
      masked: 'ada@people.example',
      minutes: 10,
    });
    expect(world.codeMails).toMatchObject([
      { to: 'ada@people.example', locale: 'en', data: { minutes: 10, setUp: true } },
    ]);
    expect(await confirm(otherThan(lastCode()))).toEqual({ outcome: 'wrong' });
    expect(await codes().status('ada')).toEqual({ enrolled: false, version: 0 });
    expect(await confirm(lastCode(), { raiseEpoch: true })).toEqual({
      outcome: 'enrolled',
      version: 1,
      epoch: 2,
    });
    expect(await codes().status('ada')).toMatchObject({ enrolled: true, version: 1 });
    expect(await world.credentials.hasMethod('ada')).toBe(true);
    const { mails, events } = await world.told();
    expect(mails).toMatchObject([{ kind: 'security-changed', data: { change: 'email-code-added' } }]);
    expect(events.map(({ type }) => type)).toEqual(['email-code.sent', 'email-code.added']);
    expect(JSON.stringify(events)).not.toContain(lastCode());
  });

  it('G31 sends nothing to an address that nobody has proven', async () => {
    world.addPerson('una', { emailVerified: false });
    expect(await codes().resend(request('una', 'set-up'))).toEqual({ outcome: 'none' });
    expect(world.codeMails).toEqual([]);
  });

  it('C10 does not exist where the platform has it off', async () => {
    await enrol();
    const off = await createCredentialsWorld({ emailCodes: { ...EMAIL_CODES_CONFIG, available: false } });
    const account = off.addPerson('ada');
    const { emailCodes } = off.credentials;
    const asked = { account, binding: 'x', origin: ORIGIN, locale: 'en' as const };
    expect([emailCodes.available, (await emailCodes.resend(asked)).outcome]).toEqual([false, 'unavailable']);
    const acting = { actor: 'ada', origin: ORIGIN, binding: 'x' };
    expect(await emailCodes.confirm('ada', '000000', acting)).toEqual({ outcome: 'none' });
    expect(await emailCodes.verify('ada', '000000', acting)).toEqual({ outcome: 'none' });
    expect(off.codeMails).toEqual([]);
    expect(off.costs).toMatchObject({ writes: 0 });
    await off.close();
  });

  it('X34 a removed method takes no code, and never comes back under its version', async () => {
    await enrol();
    await codes().challenge(request());
    const code = lastCode();
    expect(await codes().remove('ada', { actor: 'ada' })).toBe(true);
    expect(await codes().remove('ada', { actor: 'ada' })).toBe(false);
    expect(await verify(code)).toEqual({ outcome: 'none' });
    world.clock.at += MINUTE;
    await enrol();
    expect((await codes().status('ada')).version).toBe(3);
    expect(await verify(code)).toEqual({ outcome: 'expired' });
  });
});

describe('codes by e-mail', () => {
  beforeEach(() => enrol());

  it('X30 are good once, for one winner, in the log-in and of the account that asked for them', async () => {
    await enrol('bob');
    await codes().challenge(request());
    const code = lastCode();
    expect(code).toMatch(/^\d{6}$/);
    expect(world.codeMails.at(-1)?.data).not.toHaveProperty('setUp');
    expect(await verify(code, 'log-in-2')).toEqual({ outcome: 'none' });
    expect(await verify(code, 'log-in-1', 'bob')).toEqual({ outcome: 'none' });
    const answers = await Promise.all([verify(code), verify(code), verify(code)]);
    expect(answers.map(({ outcome }) => outcome).sort()).toEqual(['ok', 'reused', 'reused']);
    expect(await verify(code)).toEqual({ outcome: 'reused' });
    expect((await codes().status('ada')).lastUsedAt).toBe(world.clock.at);
  });

  it('X30 once one was entered, whatever is typed is told that it was, and costs no try', async () => {
    await codes().challenge(request());
    const code = lastCode();
    await verify(code);
    for (let n = 0; n < 10; n++) expect(await verify(otherThan(code))).toEqual({ outcome: 'reused' });
    await codes().challenge(request());
    expect((await verify(lastCode())).outcome).toBe('ok');
  });

  it('X30 are of one purpose and one channel', async () => {
    await codes().resend(request('ada', 'log-in-1'));
    expect(await verify(lastCode())).toEqual({ outcome: 'none' });
    await world.credentials.phones.importPhone('ada', '+12025550143');
    world.clock.at += MINUTE;
    await codes().challenge(request('ada', 'log-in-3'));
    const where = { binding: 'log-in-3', origin: ORIGIN };
    expect(await world.credentials.phones.verify('ada', lastCode(), where)).toEqual({ outcome: 'none' });
  });

  it('G9 G10 expire after ten minutes, a new one voids the old, and the wait grows', async () => {
    await codes().challenge(request());
    const first = lastCode();
    expect(await codes().challenge(request('ada', 'another'))).toEqual({ outcome: 'wait', seconds: 30 });
    world.clock.at += 30_000;
    await codes().challenge(request());
    expect(await codes().challenge(request())).toEqual({ outcome: 'wait', seconds: 60 });
    if (first !== lastCode()) expect(await verify(first)).toEqual({ outcome: 'wrong' });
    world.clock.at += 10 * MINUTE - 1;
    expect(await verify(otherThan(lastCode()))).toEqual({ outcome: 'wrong' });
    world.clock.at += 1;
    expect(await verify(lastCode())).toEqual({ outcome: 'expired' });
  });

  it('X4 die with the address they went to; the next one goes to the new address', async () => {
    await codes().challenge(request());
    const code = lastCode();
    world.addPerson('ada', { email: 'ada@moved.example' });
    expect(await verify(code)).toEqual({ outcome: 'expired' });
    world.clock.at += MINUTE;
    await codes().challenge(request());
    expect(world.codeMails.at(-1)?.to).toBe('ada@moved.example');
    expect((await verify(lastCode())).outcome).toBe('ok');
  });

  it('F6 X29 five tries are evaluated, of many at once and together with those of other methods', async () => {
    const { recoveryCodes } = world.credentials;
    await codes().challenge(request());
    const code = lastCode();
    expect(await guessAtOnce(code, verify)).toBe(5);
    expect(await verify(code)).toEqual({ outcome: 'throttled' });
    const recovery = await recoveryCodes.issue('ada', { actor: 'ada' });
    expect(await recoveryCodes.verify('ada', recovery, ORIGIN)).toEqual({ outcome: 'throttled' });
  });

  it('X32 budgets hold for account, network and day, whatever comes in which order', async () => {
    const limits = { perAccountPerDay: 3, perNetworkPerDay: 5, perDay: 8 };
    const sends = fc.array(
      fc.record({
        account: fc.constantFrom('a', 'b', 'c', 'd'),
        ip: fc.constantFrom('192.0.2.1', '192.0.2.2'),
      }),
      { minLength: 8, maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(sends, async (all) => {
        const budgeted = await createCredentialsWorld({ emailCodes: { ...EMAIL_CODES_CONFIG, limits } });
        const sent: typeof all = [];
        for (const one of all) {
          // The wait is another rule: it is over each time.
          budgeted.clock.at += 10 * MINUTE;
          const account = budgeted.people.get(one.account) ?? budgeted.addPerson(one.account);
          const origin = { ...ORIGIN, ip: one.ip };
          const asked = { account, origin, binding: 'x', locale: 'en' as const };
          const result = await budgeted.credentials.emailCodes.resend(asked);
          const count = (same: (other: (typeof all)[number]) => boolean) => sent.filter(same).length;
          const room =
            count((other) => other.account === one.account) < 3 &&
            count(({ ip }) => ip === one.ip) < 5 &&
            sent.length < 8;
          expect(result.outcome).toBe(room ? 'sent' : 'unavailable');
          if (room) sent.push(one);
        }
        expect(budgeted.codeMails).toHaveLength(sent.length);
        await budgeted.close();
      }),
      { numRuns: 12 },
    );
  });

  it('X4 go with every other factor when the owner of an address takes the account over', async () => {
    await world.credentials.forgetAll('ada', { actor: 'system' });
    expect((await codes().status('ada')).enrolled).toBe(false);
  });
});

describe('a password that came by mail', () => {
  const state = () => world.credentials.passwords.state('ada');
  const account = () => world.people.get('ada') ?? world.addPerson('ada');
  const set = (
    password: string,
    reason: 'reset' | 'profile' | 'expired' | 'temporary' | 'temporary-replaced',
  ) => world.credentials.passwords.set(account(), password, { minLength: 8, reason, actor: 'ada' });

  it('I10 is marked, stays so through changes by whoever knows it, and is no more once something else was proven', async () => {
    await world.credentials.passwords.setFirst(account(), 'First-Horse-1', { minLength: 8, actor: 'ada' });
    expect((await state()).byMail).toBe(false);
    await set('Mailed-Horse-2', 'reset');
    expect((await state()).byMail).toBe(true);
    await set('Chosen-Horse-3', 'profile');
    await set('Newest-Horse-4', 'expired');
    const { byMail, version } = await state();
    expect(byMail).toBe(true);
    await world.credentials.passwords.vouch('ada', version - 1);
    expect((await state()).byMail).toBe(true);
    await world.credentials.passwords.vouch('ada', version);
    expect(await state()).toMatchObject({ byMail: false, version });
    await set('Another-Horse-5', 'profile');
    expect((await state()).byMail).toBe(false);
  });

  it('I10 an administrator’s temporary password ends the mark', async () => {
    await set('Mailed-Horse-2', 'reset');
    await set('Spoken-Horse-3', 'temporary');
    await set('Chosen-Horse-4', 'temporary-replaced');
    expect((await state()).byMail).toBe(false);
  });
});
