import { DAY, type EpochReason } from '#kernel';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { proveAgain } from '../support/profile.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { accountOf, type LogInOptions, logIn } from '../support/sign-in.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { person as entry, PASSWORD, TOTP_SECRET, totpCode, world } from '../support/world.ts';

const MINUTE = 60_000;
const CODE = 'Enter Your 6-digit Verification Code';
const TRUST = 'Don’t ask again on this device';
const enforced = { required: true, enforcementDate: '2026-01-01', timeZone: 'UTC' };
const allowing = (trustedDeviceDays: number) => ({ mfa: { ...enforced, trustedDeviceDays } });

describe('trusted devices', () => {
  let clock: TravellingClock;
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  let payments: RelyingParty;
  beforeAll(async () => {
    clock = travellingClock();
    const names = ['plain', 'other', 'wants', 'listed', 'stolen', 'early', 'ended', 'changed'];
    const totpSecret = TOTP_SECRET;
    gatehouse = await startGatehouse({
      clock,
      bootstrap: world({
        companies: [
          { id: 'month', name: 'Month Masonry', settings: allowing(30) },
          { id: 'week', name: 'Week Works', settings: allowing(7) },
          { id: 'fickle', name: 'Fickle Fences', settings: allowing(30) },
          {
            id: 'soon',
            name: 'Soon Steel',
            settings: { mfa: { ...enforced, enforcementDate: '2099-12-01', trustedDeviceDays: 30 } },
          },
          {
            id: 'rotates',
            name: 'Rotating Roofs',
            settings: { ...allowing(90), password: { expiryDays: 60 } },
          },
          { id: 'offers', name: 'Offer Oaks', settings: { mfa: { trustedDeviceDays: 30 } } },
        ],
        accounts: [
          ...names.map((name) => entry(`${name}@other.example`, 'Tess Trust', ['month'], { totpSecret })),
          entry('always@other.example', 'Al Always', ['soon'], { totpSecret }),
          entry('default@other.example', 'Dora Default', ['gamma'], { totpSecret }),
          entry('strict@other.example', 'Stan Strict', ['month', 'gamma'], { totpSecret }),
          entry('short@other.example', 'Shay Short', ['month', 'week'], { totpSecret }),
          entry('fickle@other.example', 'Fay Fickle', ['fickle'], { totpSecret }),
          entry('lapsed@other.example', 'Lea Lapsed', ['rotates'], { totpSecret }),
          entry('willing@other.example', 'Will Willing', ['offers'], { totpSecret }),
          entry('payee@other.example', 'Pia Payee', [], {
            totpSecret,
            memberships: [{ company: 'month', payments: 'payee' }],
          }),
        ],
        clients: [
          {
            client_id: 'pay',
            client_secret: 'pay-secret',
            redirect_uris: ['http://127.0.0.1:9/callback'],
            first_party: true,
            payments: true,
          },
        ],
      }),
    });
    portal = await relyingParty(gatehouse.issuer);
    payments = await relyingParty(gatehouse.issuer, { clientId: 'pay', clientSecret: 'pay-secret' });
  });
  afterAll(async () => {
    await gatehouse.stop();
    clock.restore();
  });

  const email = (name: string) => `${name}@other.example`;
  const enter = (name: string, options: LogInOptions & { party?: RelyingParty } = {}) =>
    logIn(gatehouse, options.party ?? portal, email(name), options);
  /** The next one is of another step of time (X30). */
  async function giveCode(person: JourneyBrowser) {
    clock.advance(MINUTE);
    return person.fill(CODE, await totpCode(clock.now())).press('Continue');
  }
  /** A browser in which `name` has logged in with the box ticked. */
  async function trusting(name: string, browser?: JourneyBrowser) {
    const { person } = await enter(name, browser ? { browser } : {});
    await giveCode(person.choose(TRUST));
    return person;
  }
  /** The cookie of known devices alone: the browser once its sign-in is over, or what somebody has copied of it. */
  async function copyOf(person: JourneyBrowser): Promise<JourneyBrowser> {
    const copy = new JourneyBrowser([gatehouse.issuer]);
    const cookies = await person.jar.getCookies(gatehouse.issuer);
    for (const cookie of cookies.filter(({ key }) => key === 'gh_known'))
      await copy.jar.setCookie(cookie.toString(), gatehouse.issuer);
    return copy;
  }
  async function isAsked(name: string, browser: JourneyBrowser, options: LogInOptions = {}) {
    const { person } = await enter(name, { browser: await copyOf(browser), ...options });
    return person.hasLabel(CODE);
  }

  it('H13 asks at every log-in where no company says otherwise, whatever a form says', async () => {
    const { person } = await enter('default');
    expect([person.hasLabel(CODE), person.hasLabel(TRUST)]).toEqual([true, false]);
    clock.advance(MINUTE);
    const { action, fields } = person.form();
    await person.post(action, { ...fields, code: await totpCode(clock.now()), trust: 'on' });
    expect(person.arrivedAt?.searchParams.has('code')).toBe(true);
    expect(await isAsked('default', person)).toBe(true);
  });

  it('H13 asks no second time where the company allows it and the person wishes so, for its days; that earns nothing', async () => {
    const { person } = await enter('plain');
    expect(person.text).toContain('For 30 days, your log-in asks for your password only.');
    await giveCode(person.choose(TRUST));
    const next = await enter('plain', { browser: await copyOf(person) });
    const claims = (await portal.complete(next.pending, next.person.arrivedAt)).claims();
    expect(claims).toMatchObject({ acr: 'urn:gatehouse:acr:password', amr: ['pwd'] });
    expect((await gatehouse.audit.list({ accountId: claims?.sub ?? '' })).items[0]).toMatchObject({
      type: 'log-in.succeeded',
      details: { acr: 'urn:gatehouse:acr:password', trustedDevice: true },
    });
    clock.advance(29 * DAY);
    expect(await isAsked('plain', person)).toBe(false);
    clock.advance(DAY);
    expect(await isAsked('plain', person)).toBe(true);
  });

  it('H13 asks again without the tick, after a wrong password, and in every other browser', async () => {
    const person = await trusting('other');
    expect(await isAsked('other', new JourneyBrowser([gatehouse.issuer]))).toBe(true);
    const { person: guesser } = await enter('other', {
      browser: await copyOf(person),
      password: 'Wrong-Horse-7',
    });
    expect([guesser.status, guesser.title]).toEqual([401, 'Enter your password']);
    const { person: unticked } = await enter('other', { browser: new JourneyBrowser([gatehouse.issuer]) });
    await giveCode(unticked);
    expect(await isAsked('other', unticked)).toBe(true);
  });

  it('keeps the tick over a wrong code, and speaks French', async () => {
    const { person } = await enter('other', { browser: new JourneyBrowser([gatehouse.issuer]) });
    await person.choose(TRUST).fill(CODE, '000000').press('Continue');
    expect([person.status, person.has('#trust[checked]')]).toEqual([422, true]);
    const french = new JourneyBrowser([gatehouse.issuer], { 'accept-language': 'fr' });
    await french.open((await portal.begin()).url);
    await french.fill('Adresse e-mail', email('other')).press('Continuer');
    await french.fill('Mot de passe', PASSWORD).press('Continuer');
    expect(french.hasLabel('Ne plus demander sur cet appareil')).toBe(true);
    expect(french.text).toContain('Pendant 30 jours');
  });

  it('W14 the strictest company decides: all must allow it, and the fewest days count', async () => {
    expect((await enter('strict')).person.hasLabel(TRUST)).toBe(false);
    const { person } = await enter('short');
    expect(person.text).toContain('For 7 days');
  });

  it('H16 M4 is not offered where no company asks for a second factor, nor to people with payments roles', async () => {
    for (const name of ['willing', 'payee']) {
      const { person } = await enter(name);
      expect([name, person.hasLabel(CODE), person.hasLabel(TRUST)]).toEqual([name, true, false]);
    }
  });

  it('X23 X34 is worth nothing where a request wants a proof, and is not offered there', async () => {
    const person = await trusting('wants');
    expect(await isAsked('wants', person)).toBe(false);
    const demands = [
      { max_age: '36000' },
      { prompt: 'login' },
      { acr_values: 'urn:gatehouse:acr:mfa' },
      { claims: '{"id_token":{"acr":{"essential":true,"value":"urn:gatehouse:acr:mfa-app"}}}' },
    ];
    for (const params of demands as Record<string, string>[]) {
      const { person: asked } = await enter('wants', { browser: await copyOf(person), params });
      expect([params, asked.hasLabel(CODE), asked.hasLabel(TRUST)]).toEqual([params, true, false]);
    }
    const { person: payer } = await enter('wants', { browser: await copyOf(person), party: payments });
    expect([payer.hasLabel(CODE), payer.hasLabel(TRUST)]).toEqual([true, false]);
  });

  it('X34 changes no factor: the profile asks for the second factor there', async () => {
    const { person } = await enter('wants', { browser: await copyOf(await trusting('wants')) });
    expect(person.arrivedAt).toBeDefined();
    await person.open(`${gatehouse.issuer}/profile/security/authenticator`);
    await proveAgain(person);
    expect([person.hasLabel(CODE), person.hasLabel(TRUST)]).toEqual([true, false]);
  });

  it('X34 replaces no expired password: whoever holds browser and password alone could, and lock the person out', async () => {
    const person = await trusting('lapsed');
    expect(await isAsked('lapsed', person)).toBe(false);
    const { id } = await accountOf(gatehouse, email('lapsed'));
    const { changedAt = 0 } = await gatehouse.credentials.passwords.state(id);
    clock.advance(changedAt + 60 * DAY - clock.now());
    expect(await isAsked('lapsed', person)).toBe(true);
  });

  it('on a shared computer the trust of one person spares nobody else anything, and nobody shares it', async () => {
    const person = await trusting('plain');
    const shared = await copyOf(person);
    expect(await isAsked('other', shared)).toBe(true);
    const both = await trusting('other', shared);
    expect([await isAsked('plain', both), await isAsked('other', both)]).toEqual([false, false]);
    const { id } = await accountOf(gatehouse, email('plain'));
    await gatehouse.accounts.raiseEpoch(id, 'signed-out-everywhere');
    expect([await isAsked('plain', both), await isAsked('other', both)]).toEqual([true, false]);
  });

  it('lists trusted devices in the profile, tells of them by mail, and ends them there', async () => {
    const person = await trusting('listed');
    await person.open(`${gatehouse.issuer}/profile/devices`);
    expect(person.text).toContain('Trusted Devices');
    await person.press('Ask Again (Unknown device)');
    expect(person.text).toContain('The next log-in on this device asks for a second step again.');
    expect(person.text).not.toContain('Trusted Devices');
    expect(await isAsked('listed', person)).toBe(true);
    await person.open(`${gatehouse.issuer}/profile/security`);
    expect(person.text).toContain('A device that you trust is asked again after 30 days.');
    await person.open(`${gatehouse.issuer}/profile/activity`);
    expect(person.text).toContain('A device is no longer trusted');
    expect(person.text).toContain('A device was trusted');
    const mails = (await gatehouse.sentMessages()).filter(({ to }) => to === email('listed'));
    expect(mails.map(({ subject }) => subject)).toEqual(['A device is trusted']);
  });

  it('X40 ends no trust of another person', async () => {
    const person = await trusting('listed');
    await person.open(`${gatehouse.issuer}/profile/devices`);
    const device = person.find('input[name="device"]')?.getAttribute('value') ?? '';
    const { person: eve } = await enter('other', { browser: new JourneyBrowser([gatehouse.issuer]) });
    await giveCode(eve.choose(TRUST));
    await eve.open(`${gatehouse.issuer}/profile/devices`);
    const own = eve.find('input[name="device"]')?.parentNode;
    const csrf = own?.querySelector('input[name="csrf"]')?.getAttribute('value') ?? '';
    await eve.post(`${gatehouse.issuer}/profile/devices/end-trust`, { csrf, device });
    expect(eve.status).toBe(200);
    expect(await isAsked('listed', person)).toBe(false);
  });

  it('X38 a stolen cookie is worth nothing once the trust is ended, also when the same browser is trusted anew', async () => {
    const person = await trusting('stolen');
    const thief = await copyOf(person);
    expect(await isAsked('stolen', thief)).toBe(false);
    await person.open(`${gatehouse.issuer}/profile/devices`);
    await person.press('Ask Again (Unknown device)');
    expect(await isAsked('stolen', thief)).toBe(true);
    const back = await trusting('stolen', await copyOf(person));
    expect([await isAsked('stolen', back), await isAsked('stolen', thief)]).toEqual([false, true]);
  });

  it('X19 a cookie that was copied before the person trusted the browser is not trusted with it', async () => {
    const { person } = await enter('early');
    await giveCode(person);
    const copied = await copyOf(person);
    const trusted = await trusting('early', await copyOf(person));
    expect([await isAsked('early', trusted), await isAsked('early', copied)]).toEqual([false, true]);
  });

  it.each<EpochReason>([
    'password-changed',
    'factor-changed',
    'address-changed',
    'deactivated',
    'signed-out-everywhere',
  ])('X38 ends with the sign-ins: %s', async (reason) => {
    const person = await trusting('ended');
    expect(await isAsked('ended', person)).toBe(false);
    const { id } = await accountOf(gatehouse, email('ended'));
    await gatehouse.accounts.raiseEpoch(id, reason);
    expect(await isAsked('ended', person)).toBe(true);
  });

  it('X38 a change of the password in the profile ends it, though that session goes on', async () => {
    const person = await trusting('changed');
    await person.open(`${gatehouse.issuer}/profile/security/password`);
    await proveAgain(person);
    await person.fill('Password', 'Battery-Staple-8').fill('Confirm', 'Battery-Staple-8');
    await person.press('Set Password');
    expect(person.text).toContain('Your password was changed.');
    expect(await isAsked('changed', person, { password: 'Battery-Staple-8' })).toBe(true);
  });

  it('H17 ends for those who want a second factor always, and is not offered to them', async () => {
    const person = await trusting('always');
    expect(await isAsked('always', person)).toBe(false);
    await person.open(`${gatehouse.issuer}/profile/security`);
    await person.choose('Always Require 2FA to Log into My Account').press('Save Changes');
    const { person: asked } = await enter('always', { browser: await copyOf(person) });
    expect([asked.hasLabel(CODE), asked.hasLabel(TRUST)]).toEqual([true, false]);
    // What is wished later makes no old trust good.
    const { id } = await accountOf(gatehouse, email('always'));
    await gatehouse.accounts.update(id, ({ alwaysSecondFactor: _, ...stored }) => stored);
    const { person: later } = await enter('always', { browser: await copyOf(person) });
    expect([later.hasLabel(CODE), later.hasLabel(TRUST)]).toEqual([true, true]);
  });

  it('H13 ends when the company takes the permission away, for good', async () => {
    const person = await trusting('fickle');
    await allowDays(60);
    expect(await isAsked('fickle', person)).toBe(false);
    await allowDays(null);
    const { person: asked } = await enter('fickle', { browser: await copyOf(person) });
    expect([asked.hasLabel(CODE), asked.hasLabel(TRUST)]).toEqual([true, false]);
    clock.advance(MINUTE);
    await allowDays(30);
    expect(await isAsked('fickle', person)).toBe(true);
    const again = await trusting('fickle');
    await allowDays(2);
    clock.advance(2 * DAY);
    expect(await isAsked('fickle', again)).toBe(true);
  });

  async function allowDays(trustedDeviceDays: number | null) {
    const company = await gatehouse.companies.byId('fickle');
    if (!company) throw new Error('no such company');
    const mfa = { ...company.settings.mfa, trustedDeviceDays };
    const settings = { ...company.settings, mfa };
    await gatehouse.companies.put({ ...company, settings, updatedAt: clock.now() }, { actor: 'test' });
  }
});
