import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { MINUTE } from '#kernel';
import { waitAfter } from '../../src/credentials/sent-code/send-wait.ts';
import { SMS_CONFIG } from '../support/code-limits.ts';
import { codeRequest, guessAtOnce, ORIGIN } from '../support/code-requests.ts';
import { type CredentialsWorld, createCredentialsWorld } from '../support/credentials-world.ts';
import { otherThan } from '../support/sent-code-pages.ts';

const NUMBER = '+12025550143';

let world: CredentialsWorld;
beforeEach(async () => {
  world = await createCredentialsWorld();
  world.addPerson('ada');
});
afterEach(() => world.close());

const phones = () => world.credentials.phones;
const request = (id?: string, binding?: string, ip?: string) => codeRequest(world, id, binding, ip);
const lastCode = () => world.texts.at(-1)?.data.code ?? '';
const verify = (code: string, binding = 'log-in-1') =>
  phones().verify('ada', code, { binding, origin: ORIGIN });

describe('phone numbers', () => {
  it.each([
    ['2025550143', 'US', 'ok'],
    ['(202) 555-0143', 'US', 'ok'],
    ['+1 202 555 0143', 'US', 'ok'],
    ['06 12 34 56 78', 'FR', 'ok'],
    // Another country of the same calling code, another calling code, and one that is not on the list.
    ['8765551234', 'US', 'other-country'],
    ['4165550123', 'US', 'other-country'],
    ['+33612345678', 'US', 'other-country'],
    ['+79161234567', 'RU', 'other-country'],
    ['9005551234', 'US', 'no-messages'],
    ['8005551234', 'US', 'no-messages'],
    ['0899123456', 'FR', 'no-messages'],
    ['123', 'US', 'impossible'],
    ['call me', 'US', 'impossible'],
    ['', 'US', 'impossible'],
  ])('G6 W24 %s of %s: %s', async (typed, country, outcome) => {
    expect((await phones().readNumber(typed, country, null)).outcome).toBe(outcome);
  });

  it('G7 M2 payees have the United States only, payors nothing', async () => {
    expect((await phones().countries('payee')).map(({ code }) => code)).toEqual(['US']);
    expect(await phones().countries('payor')).toEqual([]);
    expect((await phones().readNumber('0612345678', 'FR', 'payee')).outcome).toBe('other-country');
    expect((await phones().readNumber('2025550143', 'US', 'payor')).outcome).toBe('other-country');
  });

  it('G19 K6 stores a number once its code proves it, tells the person, and replaces the former only then', async () => {
    const begin = (number: string) => phones().begin({ ...request(), number, country: 'US' });
    expect(await begin(NUMBER)).toEqual({ outcome: 'sent', masked: '•••43', minutes: 30 });
    expect(await phones().status('ada')).toEqual({ exists: false, version: 0 });
    const options = { actor: 'ada', origin: ORIGIN, binding: 'log-in-1' };
    expect(await phones().confirm('ada', otherThan(lastCode()), options)).toEqual({ outcome: 'wrong' });
    expect(await phones().confirm('ada', lastCode(), options)).toEqual({ outcome: 'enrolled', version: 1 });
    expect(await phones().status('ada')).toMatchObject({ exists: true, masked: '•••43', country: 'US' });
    const { mails, events } = await world.told();
    expect(mails).toMatchObject([{ kind: 'phone-added', data: { number: '•••43' } }]);
    expect(events.map(({ type }) => type)).toEqual(['sms-code.sent', 'phone.added']);

    await begin('+12025550199');
    expect(await phones().number('ada')).toBe(NUMBER);
    const replaced = await phones().confirm('ada', lastCode(), { ...options, raiseEpoch: true });
    expect(replaced).toEqual({ outcome: 'enrolled', version: 2, epoch: 2 });
    expect(await phones().number('ada')).toBe('+12025550199');
    expect(await phones().remove('ada', { actor: 'ada' })).toBe(true);
    expect(await phones().status('ada')).toEqual({ exists: false, version: 3 });
  });
});

describe('codes by text message', () => {
  beforeEach(() => phones().importPhone('ada', NUMBER));

  it('G8 X30 are six digits, good once, for one winner, in the log-in that asked for them', async () => {
    await phones().challenge(request());
    const code = lastCode();
    expect(code).toMatch(/^\d{6}$/);
    expect(world.texts).toMatchObject([{ to: NUMBER, data: { minutes: 10, host: 'login.example' } }]);
    expect(await verify(code, 'log-in-2')).toEqual({ outcome: 'none' });
    const answers = await Promise.all([verify(code), verify(code), verify(code)]);
    expect(answers.map(({ outcome }) => outcome).sort()).toEqual(['ok', 'reused', 'reused']);
    expect(await verify(code)).toEqual({ outcome: 'reused' });
  });

  it('X30 are of one purpose: the code of an enrolment answers no challenge', async () => {
    await phones().begin({ ...request(), number: '+12025550199', country: 'US' });
    expect(await verify(lastCode())).toEqual({ outcome: 'none' });
  });

  it('G9 G10 expire after 10 and 30 minutes, and say so', async () => {
    await phones().challenge(request());
    world.clock.at += 10 * MINUTE - 1;
    expect(await verify(otherThan(lastCode()))).toEqual({ outcome: 'wrong' });
    world.clock.at += 1;
    expect(await verify(lastCode())).toEqual({ outcome: 'expired' });
    await phones().begin({ ...request(), number: NUMBER, country: 'US' });
    const options = { actor: 'ada', origin: ORIGIN, binding: 'log-in-1' };
    world.clock.at += 30 * MINUTE - 1;
    expect(await phones().confirm('ada', otherThan(lastCode()), options)).toEqual({ outcome: 'wrong' });
    world.clock.at += 1;
    expect(await phones().confirm('ada', lastCode(), options)).toEqual({ outcome: 'expired' });
  });

  it('G10 a new code voids the old one, and is only to be had after a wait that grows', async () => {
    await phones().challenge(request());
    const first = lastCode();
    expect(await phones().challenge(request())).toEqual({ outcome: 'wait', seconds: 30 });
    expect(await phones().challenge(request('ada', 'another-tab'))).toEqual({ outcome: 'wait', seconds: 30 });
    world.clock.at += 30_000;
    expect((await phones().challenge(request())).outcome).toBe('sent');
    expect(await phones().challenge(request())).toEqual({ outcome: 'wait', seconds: 60 });
    if (first !== lastCode()) expect(await verify(first)).toEqual({ outcome: 'wrong' });
    expect((await verify(lastCode())).outcome).toBe('ok');
    // Whoever proved themselves starts anew.
    expect((await phones().challenge(request('ada', 'log-in-2'))).outcome).toBe('sent');
    expect([1, 2, 3, 4, 5, 6, 20].map((sends) => waitAfter(sends) / 1000)).toEqual([
      30, 60, 120, 240, 480, 600, 600,
    ]);
  });

  it('X30 die with the number they went to', async () => {
    await phones().challenge(request());
    await phones().importPhone('ada', '+12025550199');
    expect(await verify(lastCode())).toEqual({ outcome: 'expired' });
  });

  it('F6 X29 five tries are evaluated, of many at once and over all log-ins', async () => {
    await phones().challenge(request());
    const code = lastCode();
    expect(await guessAtOnce(code, verify)).toBe(5);
    expect(await verify(code)).toEqual({ outcome: 'throttled' });
    // The account's window is over; this code stays spent, had it lived longer.
    world.clock.at += 10 * MINUTE;
    expect(await verify(code)).toEqual({ outcome: 'expired' });
  });

  it('X31 X44 neither code nor number is stored in the clear', async () => {
    await world.close();
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-codes-'));
    world = await createCredentialsWorld({}, folder);
    world.addPerson('ada');
    await phones().importPhone('ada', NUMBER);
    await phones().challenge(request());
    const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
    const { events } = await world.told();
    for (const text of [files.join('\n'), JSON.stringify(events)]) {
      expect(text).toMatch(/sent-codes|sms-code.sent/);
      // Not among the digits of a time.
      expect(text).not.toMatch(new RegExp(`(?<!\\d)${lastCode()}(?!\\d)|2025550143`));
    }
    rmSync(folder, { recursive: true });
  });
});

describe('budgets for text messages', () => {
  const limits = {
    perNumberPerDay: 4,
    perAccountPerDay: 3,
    perNetworkPerDay: 6,
    perCountryPerDay: 8,
    perDay: 10,
  };

  it('X32 W24 hold for number, account, network, country and day, whatever comes in which order', async () => {
    const sends = fc.array(
      fc.record({
        account: fc.constantFrom('a', 'b', 'c', 'd'),
        number: fc.constantFrom('+12025550143', '+12025550144', '+12025550145', '+33612345678'),
        ip: fc.constantFrom('192.0.2.1', '192.0.2.2'),
      }),
      { minLength: 10, maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(sends, async (all) => {
        const budgeted = await createCredentialsWorld({
          sms: { ...SMS_CONFIG, limits: { ...SMS_CONFIG.limits, ...limits } },
        });
        const sent: typeof all = [];
        for (const one of all) {
          // The wait is another rule: it is over each time.
          budgeted.clock.at += 10 * MINUTE;
          const account = budgeted.people.get(one.account) ?? budgeted.addPerson(one.account);
          const country = one.number.startsWith('+33') ? 'FR' : 'US';
          const origin = { ...ORIGIN, ip: one.ip };
          const result = await budgeted.credentials.phones.begin({
            account,
            origin,
            country,
            number: one.number,
            binding: 'x',
            locale: 'en',
          });
          const count = (same: (other: (typeof all)[number]) => boolean) => sent.filter(same).length;
          const room =
            count(({ number }) => number === one.number) < 4 &&
            count((other) => other.account === one.account) < 3 &&
            count(({ ip }) => ip === one.ip) < 6 &&
            count(({ number }) => number.slice(0, 3) === one.number.slice(0, 3)) < 8 &&
            sent.length < 10;
          expect(result.outcome).toBe(room ? 'sent' : 'unavailable');
          if (room) sent.push(one);
        }
        expect(budgeted.texts).toHaveLength(sent.length);
        await budgeted.close();
      }),
      { numRuns: 12 },
    );
  });

  it('X32 a site of IPv6 has one budget, whichever of its addresses it writes how', async () => {
    const budgeted = await createCredentialsWorld({
      sms: { ...SMS_CONFIG, limits: { ...SMS_CONFIG.limits, perNetworkPerDay: 2 } },
    });
    const outcomes: string[] = [];
    // One /64, whose middle is zeros: its addresses are written with the zeros left out, or not.
    for (const ip of ['2001:db8::a:b:c:d', '2001:db8::1', '2001:db8::', '2001:db8:0:0:1:0:0:1']) {
      const account = budgeted.addPerson(ip);
      const origin = { ...ORIGIN, ip };
      const asked = { account, origin, country: 'US', number: NUMBER, binding: 'x', locale: 'en' as const };
      outcomes.push((await budgeted.credentials.phones.begin(asked)).outcome);
    }
    await budgeted.close();
    expect(outcomes).toEqual(['sent', 'sent', 'unavailable', 'unavailable']);
  });

  it('X36 strangers who try to set up somebody’s number use up none of that person’s log-ins', async () => {
    await phones().importPhone('ada', NUMBER);
    const limit = SMS_CONFIG.limits.perNumberPerDay;
    const outcomes: string[] = [];
    for (let stranger = 0; stranger <= limit; stranger++)
      outcomes.push(
        (await phones().begin({ ...request(`s${stranger}`), number: NUMBER, country: 'US' })).outcome,
      );
    expect(outcomes.slice(-2)).toEqual(['sent', 'unavailable']);
    expect((await phones().challenge(request())).outcome).toBe('sent');
  });

  it('W24 closes a country for an hour when nobody enters its codes, and tells the operator once', async () => {
    const ask = (name: string, country: 'US' | 'FR') =>
      phones().begin({
        ...request(name),
        number:
          country === 'US'
            ? `+1202555${String(1_000 + Number(name.slice(1))).padStart(4, '0')}`
            : '+33612345678',
        country,
      });
    for (let index = 0; index < 20; index++) expect((await ask(`p${index}`, 'US')).outcome).toBe('sent');
    world.clock.at += 10 * MINUTE;
    expect((await ask('p50', 'US')).outcome).toBe('unavailable');
    expect((await ask('p51', 'US')).outcome).toBe('unavailable');
    expect((await ask('p52', 'FR')).outcome).toBe('sent');
    // Log-ins are apart from enrolments.
    await phones().importPhone('ada', NUMBER);
    expect((await phones().challenge(request())).outcome).toBe('sent');
    const { events } = await world.told();
    expect(events.filter(({ type }) => type === 'sms.breaker-opened')).toMatchObject([
      { details: { purpose: 'enrolment', country: 'US' } },
    ]);
    world.clock.at += 60 * MINUTE;
    expect((await ask('p53', 'US')).outcome).toBe('sent');
  });

  it('W24 stays open where codes are entered', async () => {
    for (let index = 0; index < 20; index++) {
      const id = `q${index}`;
      await phones().begin({ ...request(id), number: `+12025551${100 + index}`, country: 'US' });
      if (index % 5 === 0)
        await phones().confirm(id, lastCode(), { actor: id, origin: ORIGIN, binding: 'log-in-1' });
    }
    world.clock.at += 10 * MINUTE;
    expect((await phones().begin({ ...request('q50'), number: NUMBER, country: 'US' })).outcome).toBe('sent');
  });
});
