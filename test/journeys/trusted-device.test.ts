import { DAY, MINUTE } from '#kernel';
import { proveAgain } from '../support/profile.ts';
import { accountOf } from '../support/sign-in.ts';
import { CODE, emailOf, startTrustWorld, TRUST, type TrustWorld } from '../support/trusted-devices.ts';
import { person as entry, PASSWORD, TOTP_SECRET, totpCode } from '../support/world.ts';

describe('trusted devices', () => {
  let trust: TrustWorld;
  beforeAll(async () => {
    const totpSecret = TOTP_SECRET;
    trust = await startTrustWorld([
      ...['plain', 'other', 'wants', 'early'].map((name) =>
        entry(emailOf(name), 'Tess Trust', ['month'], { totpSecret }),
      ),
      entry(emailOf('default'), 'Dora Default', ['gamma'], { totpSecret }),
      entry(emailOf('strict'), 'Stan Strict', ['month', 'gamma'], { totpSecret }),
      entry(emailOf('short'), 'Shay Short', ['month', 'week'], { totpSecret }),
      entry(emailOf('lapsed'), 'Lea Lapsed', ['rotates'], { totpSecret }),
      entry(emailOf('willing'), 'Will Willing', ['offers'], { totpSecret }),
      entry(emailOf('payee'), 'Pia Payee', [], {
        totpSecret,
        memberships: [{ company: 'month', payments: 'payee' }],
      }),
    ]);
  });
  afterAll(() => trust.stop());

  it('H13 asks at every log-in where no company says otherwise, whatever a form says', async () => {
    const { person } = await trust.enter('default');
    expect([person.hasLabel(CODE), person.hasLabel(TRUST)]).toEqual([true, false]);
    trust.clock.advance(MINUTE);
    const { action, fields } = person.form();
    await person.post(action, { ...fields, code: await totpCode(trust.clock.now()), trust: 'on' });
    expect(person.arrivedAt?.searchParams.has('code')).toBe(true);
    expect(await trust.isAsked('default', person)).toBe(true);
  });

  it('H13 asks no second time where the company allows it and the person wishes so, for its days; that earns nothing', async () => {
    const { person } = await trust.enter('plain');
    expect(person.text).toContain('For 30 days, your log-in asks for your password only.');
    await trust.giveCode(person.choose(TRUST));
    const next = await trust.enter('plain', { browser: await trust.copyOf(person) });
    const claims = (await trust.portal.complete(next.pending, next.person.arrivedAt)).claims();
    expect(claims).toMatchObject({ acr: 'urn:gatehouse:acr:password', amr: ['pwd'] });
    expect((await trust.gatehouse.audit.list({ accountId: claims?.sub ?? '' })).items[0]).toMatchObject({
      type: 'log-in.succeeded',
      details: { acr: 'urn:gatehouse:acr:password', trustedDevice: true },
    });
    trust.clock.advance(29 * DAY);
    expect(await trust.isAsked('plain', person)).toBe(false);
    trust.clock.advance(DAY);
    expect(await trust.isAsked('plain', person)).toBe(true);
  });

  it('H13 asks again without the tick, after a wrong password, and in every other browser', async () => {
    const person = await trust.trusting('other');
    expect(await trust.isAsked('other', trust.browser())).toBe(true);
    const { person: guesser } = await trust.enter('other', {
      browser: await trust.copyOf(person),
      password: 'Wrong-Horse-7',
    });
    expect([guesser.status, guesser.title]).toEqual([401, 'Enter your password']);
    const { person: unticked } = await trust.enter('other', { browser: trust.browser() });
    await trust.giveCode(unticked);
    expect(await trust.isAsked('other', unticked)).toBe(true);
  });

  it('keeps the tick over a wrong code, and speaks French', async () => {
    const { person } = await trust.enter('other', { browser: trust.browser() });
    await person.choose(TRUST).fill(CODE, '000000').press('Continue');
    expect([person.status, person.has('#trust[checked]')]).toEqual([422, true]);
    const french = trust.browser({ 'accept-language': 'fr' });
    await french.open((await trust.portal.begin()).url);
    await french.fill('Adresse e-mail', emailOf('other')).press('Continuer');
    await french.fill('Mot de passe', PASSWORD).press('Continuer');
    expect(french.hasLabel('Ne plus demander sur cet appareil')).toBe(true);
    expect(french.text).toContain('Pendant 30 jours');
  });

  it('W14 the strictest company decides: all must allow it, and the fewest days count', async () => {
    expect((await trust.enter('strict')).person.hasLabel(TRUST)).toBe(false);
    const { person } = await trust.enter('short');
    expect(person.text).toContain('For 7 days');
  });

  it('H16 M4 is not offered where no company asks for a second factor, nor to people with payments roles', async () => {
    for (const name of ['willing', 'payee']) {
      const { person } = await trust.enter(name);
      expect([name, person.hasLabel(CODE), person.hasLabel(TRUST)]).toEqual([name, true, false]);
    }
  });

  it('X23 X34 is worth nothing where a request wants a proof, and is not offered there', async () => {
    const person = await trust.trusting('wants');
    expect(await trust.isAsked('wants', person)).toBe(false);
    const demands = [
      { max_age: '36000' },
      { prompt: 'login' },
      { acr_values: 'urn:gatehouse:acr:mfa' },
      { claims: '{"id_token":{"acr":{"essential":true,"value":"urn:gatehouse:acr:mfa-app"}}}' },
    ];
    for (const params of demands as Record<string, string>[]) {
      const { person: asked } = await trust.enter('wants', { browser: await trust.copyOf(person), params });
      expect([params, asked.hasLabel(CODE), asked.hasLabel(TRUST)]).toEqual([params, true, false]);
    }
    const { person: payer } = await trust.enter('wants', {
      browser: await trust.copyOf(person),
      party: trust.payments,
    });
    expect([payer.hasLabel(CODE), payer.hasLabel(TRUST)]).toEqual([true, false]);
  });

  it('X34 changes no factor: the profile asks for the second factor there', async () => {
    const { person } = await trust.enter('wants', {
      browser: await trust.copyOf(await trust.trusting('wants')),
    });
    expect(person.arrivedAt).toBeDefined();
    await person.open(`${trust.gatehouse.issuer}/profile/security/authenticator`);
    await proveAgain(person);
    expect([person.hasLabel(CODE), person.hasLabel(TRUST)]).toEqual([true, false]);
  });

  it('X34 replaces no expired password: whoever holds browser and password alone could, and lock the person out', async () => {
    const person = await trust.trusting('lapsed');
    expect(await trust.isAsked('lapsed', person)).toBe(false);
    const { id } = await accountOf(trust.gatehouse, emailOf('lapsed'));
    const { changedAt = 0 } = await trust.gatehouse.credentials.passwords.state(id);
    trust.clock.advance(changedAt + 60 * DAY - trust.clock.now());
    expect(await trust.isAsked('lapsed', person)).toBe(true);
  });

  it('on a shared computer the trust of one person spares nobody else anything, and nobody shares it', async () => {
    const person = await trust.trusting('plain');
    const shared = await trust.copyOf(person);
    expect(await trust.isAsked('other', shared)).toBe(true);
    const both = await trust.trusting('other', shared);
    expect([await trust.isAsked('plain', both), await trust.isAsked('other', both)]).toEqual([false, false]);
    const { id } = await accountOf(trust.gatehouse, emailOf('plain'));
    await trust.gatehouse.accounts.raiseEpoch(id, 'signed-out-everywhere');
    expect([await trust.isAsked('plain', both), await trust.isAsked('other', both)]).toEqual([true, false]);
  });

  it('X19 a cookie that was copied before the person trusted the browser is not trusted with it', async () => {
    const { person } = await trust.enter('early');
    await trust.giveCode(person);
    const copied = await trust.copyOf(person);
    const trusted = await trust.trusting('early', await trust.copyOf(person));
    expect([await trust.isAsked('early', trusted), await trust.isAsked('early', copied)]).toEqual([
      false,
      true,
    ]);
  });
});
