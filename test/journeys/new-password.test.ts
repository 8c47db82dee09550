import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import type { JourneyBrowser } from '../support/journey-browser.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { accountOf, logIn } from '../support/sign-in.ts';
import { person as entry, PASSWORD, world } from '../support/world.ts';

const LONG_AGO = '2020-01-01T00:00:00Z';

describe('an expired password', () => {
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    const people = ['rules', 'lands', 'old'].map((name) =>
      entry(`${name}@other.example`, 'Eva Expired', ['aging'], { passwordChangedAt: LONG_AGO }),
    );
    gatehouse = await startGatehouse({
      bootstrap: world({
        companies: [
          { id: 'aging', name: 'Aging Arches', settings: { password: { minLength: 10, expiryDays: 90 } } },
        ],
        accounts: [
          ...people,
          entry('young@other.example', 'Yara Young', ['aging']),
          entry('stays@other.example', 'Stan Stays', ['beta'], { passwordChangedAt: LONG_AGO }),
          entry('never@other.example', 'Nell Never', ['beta'], { passwordChangedAt: LONG_AGO }),
        ],
      }),
    });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(() => gatehouse.stop());

  const set = (person: JourneyBrowser, password: string, confirm = password) =>
    person.fill('Password', password).fill('Confirm', confirm).press('Set Password');

  const unmet = (person: JourneyBrowser) => {
    const rules = ['length', 'upper', 'lower', 'number', 'special', 'history'];
    return rules.filter((rule) => person.has(`[data-rule="${rule}"][data-state="unmet"]`));
  };

  it('C-8 is changed before anything is issued, by each company’s own time', async () => {
    const { person } = await logIn(gatehouse, portal, 'rules@other.example');
    expect([person.title, person.arrivedAt]).toEqual(['Create a New Password', undefined]);
    for (const email of ['young@other.example', 'never@other.example'])
      expect((await logIn(gatehouse, portal, email)).person.arrivedAt?.searchParams.has('code')).toBe(true);
  });

  it('C-8 a sign-in from before the end goes on, and the next password asked for is changed before anything is issued', async () => {
    const { person } = await logIn(gatehouse, portal, 'stays@other.example');
    expect(person.arrivedAt?.searchParams.has('code')).toBe(true);
    const company = await gatehouse.companies.byId('beta');
    if (!company) throw new Error('no beta');
    const settings = { ...company.settings, password: { minLength: 8, expiryDays: 1 } };
    await gatehouse.companies.put({ ...company, settings }, { actor: 'system' });
    await person.open((await portal.begin({ prompt: 'none' })).url);
    expect(person.arrivedAt?.searchParams.has('code')).toBe(true);
    for (const params of [{ prompt: 'login' }, { max_age: '0' }] as Record<string, string>[]) {
      await person.open((await portal.begin(params)).url);
      await person.fill('Password', PASSWORD).press('Continue');
      expect([params, person.title, person.arrivedAt]).toEqual([params, 'Create a New Password', undefined]);
    }
    await set(person, 'Another-Horse-8');
    expect(person.arrivedAt?.searchParams.has('code')).toBe(true);
    await gatehouse.companies.put(company, { actor: 'system' });
  });

  it('A9 A10 has labelled fields for password managers and an indicator for each rule', async () => {
    const { person } = await logIn(gatehouse, portal, 'rules@other.example');
    for (const id of ['password', 'confirm'])
      expect(person.find(`#${id}`)?.getAttribute('autocomplete')).toBe('new-password');
    expect(person.hasLabel('Password') && person.hasLabel('Confirm')).toBe(true);
    expect(person.find('input[autocomplete=username]')?.getAttribute('value')).toBe('rules@other.example');
    expect(person.find('#rules')?.getAttribute('aria-live')).toBe('polite');
    expect(person.has('[data-rule="special"] .circle')).toBe(true);
    await set(person, 'lower-case-9');
    expect(person.text).toContain('Must contain at least one upper case character (not met yet)');
  });

  it.each([
    ['C-1 C-9 nine characters where the company wants ten', 'Abcdef-12', 'length'],
    ['C-2 no upper-case letter', 'abcdefgh-12', 'upper'],
    ['C-3 no lower-case letter', 'ABCDEFGH-12', 'lower'],
    ['C-4 no number', 'Abcdefgh-xy', 'number'],
    ['C-5 no special character', 'Abcdefgh012', 'special'],
    ['C-7 the password in force', PASSWORD, 'history'],
  ])('%s: refused with that rule', async (_what, password, rule) => {
    const { person } = await logIn(gatehouse, portal, 'rules@other.example');
    await set(person, password);
    expect([person.status, person.title]).toEqual([422, 'Create a New Password']);
    expect(unmet(person)).toEqual([rule]);
    // Content that is refused is compared with no former password: the circle claims nothing of them.
    expect(person.has('[data-rule="history"][data-state="later"]')).toBe(rule !== 'history');
    expect(person.html).not.toContain(password);
  });

  it('C-6 says at "Confirm" that the two differ, beside what the password itself misses', async () => {
    const { person } = await logIn(gatehouse, portal, 'rules@other.example');
    await set(person, 'short', 'shorter');
    expect(unmet(person)).toEqual(['length', 'upper', 'number', 'special']);
    expect(person.find('#confirm-error')?.text).toContain('Passwords must match');
    await set(person, 'Another-Horse-8', 'Another-Horse-9');
    expect(person.alerts).toEqual(['Passwords must match']);
    expect(person.find('#confirm')?.getAttribute('aria-describedby')).toContain('confirm-error');
  });

  it('A12 C-12 goes on to the relying party, and only the new password works from then on', async () => {
    const { person, pending } = await logIn(gatehouse, portal, 'lands@other.example');
    await set(person, 'Another-Horse-8');
    const claims = (await portal.complete(pending, person.arrivedAt)).claims();
    expect(claims).toMatchObject({ email: 'lands@other.example', acr: 'urn:gatehouse:acr:password' });
    const old = await logIn(gatehouse, portal, 'lands@other.example');
    expect(old.person.status).toBe(401);
    const next = await logIn(gatehouse, portal, 'lands@other.example', { password: 'Another-Horse-8' });
    expect(next.person.arrivedAt?.searchParams.has('code')).toBe(true);
  });

  it('A15 C-7 a temporary password is changed too, to none of the last four; the fifth back is free again', async () => {
    const account = await accountOf(gatehouse, 'old@other.example');
    const handOut = (password: string) =>
      gatehouse.credentials.passwords.set(account, password, {
        minLength: 8,
        reason: 'temporary',
        actor: 'system',
      });
    for (const number of [1, 2, 3, 4]) await handOut(`Handed-Out-${number}`);
    const { person } = await logIn(gatehouse, portal, 'old@other.example', { password: 'Handed-Out-4' });
    expect(person.text).toContain('You logged in with a temporary password.');
    for (const number of [1, 2, 3, 4]) {
      await set(person, `Handed-Out-${number}`);
      expect(unmet(person)).toEqual(['history']);
    }
    await set(person, PASSWORD);
    expect(person.arrivedAt?.searchParams.has('code')).toBe(true);
  });
});
