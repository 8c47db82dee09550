import { MINUTE } from '#kernel';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { answerPasskey, givePasskey, passkeyOptionsOn, usePasskey } from '../support/passkeys.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { accountOf, beginLogIn, logIn } from '../support/sign-in.ts';
import { SoftwareAuthenticator, type Tampering } from '../support/software-authenticator.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { person as entry, PASSWORD, TOTP_SECRET, totpCode, world } from '../support/world.ts';

const REFUSED = 'This passkey can’t be used here. Try another one, or another method.';

describe('passkeys', () => {
  let clock: TravellingClock;
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  const keys = new Map<string, SoftwareAuthenticator>();
  beforeAll(async () => {
    clock = travellingClock();
    const plain = [
      'alone',
      'second',
      'locked',
      'idle',
      'expired',
      'other',
      'step',
      'stale',
      'guessed',
      'patient',
    ];
    gatehouse = await startGatehouse({
      clock,
      env: { LIMIT_LOGINS_PER_MINUTE: '1000' },
      bootstrap: world({
        companies: [
          {
            id: 'strict',
            name: 'Strict Stone',
            settings: { lockout: { enabled: true, attempts: 3 }, password: { expiryDays: 30 } },
          },
        ],
        accounts: [
          ...plain.map((name) => entry(`${name}@other.example`, 'Kay Key', ['strict'])),
          entry('setup@other.example', 'Max Must', ['gamma']),
          entry('both@other.example', 'Tess Totp', ['beta'], { totpSecret: TOTP_SECRET }),
          {
            ...entry('payor@other.example', 'Pay Person', []),
            memberships: [{ company: 'beta', payments: 'payor' }],
          },
        ],
      }),
    });
    portal = await relyingParty(gatehouse.issuer);
    for (const name of [...plain, 'both'])
      keys.set(name, await givePasskey(gatehouse, `${name}@other.example`, { synced: name !== 'second' }));
  });
  afterAll(async () => {
    clock.restore();
    await gatehouse.stop();
  });

  // No test depends on how far another one has travelled.
  beforeEach(() => clock.travelBack());

  const of = (name: string) => keys.get(name) ?? new SoftwareAuthenticator(gatehouse.issuer);

  async function guess(name: string, browser = new JourneyBrowser([gatehouse.issuer])) {
    const { person } = await beginLogIn(gatehouse, portal, { browser, params: { prompt: 'login' } });
    if (person.hasLabel('Email')) await person.fill('Email', `${name}@other.example`).press('Continue');
    for (let attempt = 0; attempt < 3; attempt++)
      await person.fill('Password', 'Wrong-Password-1').press('Continue');
  }

  it('G14 G21 is a third method after the two named ones, and ends with a recovery code', async () => {
    const { person, pending } = await logIn(gatehouse, portal, 'setup@other.example');
    await person.press('Set Up Now');
    const offered = person.html.match(/(?<=name="method" value=")\w+/g);
    // The two named methods stand first.
    expect(offered).toEqual(['totp', 'sms', 'passkey']);
    await person.choose('Passkey').press('Continue');
    expect(person.title).toBe('Set Up a Passkey');
    expect(person.text).toContain('This browser can’t make passkeys, or scripts are switched off.');
    const key = new SoftwareAuthenticator(gatehouse.issuer);
    await answerPasskey(person, key.create(passkeyOptionsOn(person)), { name: ' ' });
    expect([person.status, ...person.alerts.slice(0, 1)]).toEqual([422, 'Give the passkey a name.']);
    await answerPasskey(person, '', { name: 'Work laptop' });
    expect([person.status, person.text]).toEqual([
      422,
      expect.stringContaining('Your device did not answer.'),
    ]);
    await answerPasskey(person, key.create(passkeyOptionsOn(person)), { name: 'Work laptop' });
    expect(person.title).toBe('Save Your Recovery Code');
    await person.choose('I Have Securely Saved This Code').press('Continue');
    const claims = (await portal.complete(pending, person.arrivedAt)).claims();
    expect(claims).toMatchObject({ acr: 'phr', amr: ['pwd', 'swk', 'mfa'] });
    const mails = (await gatehouse.sentMessages()).filter(({ to }) => to === 'setup@other.example');
    expect(mails.map(({ subject, text }) => [subject, text])).toEqual([
      ['A passkey was added', expect.stringContaining('“Work laptop”')],
    ]);
  });

  it('H16 I1 is asked for after the password, and earns phr with the kind of its key', async () => {
    const { person, pending } = await logIn(gatehouse, portal, 'second@other.example');
    expect(person.title).toBe('Verify Your Identity');
    await usePasskey(person, of('second'));
    const claims = (await portal.complete(pending, person.arrivedAt)).claims();
    expect(claims).toMatchObject({ acr: 'phr', amr: ['pwd', 'hwk', 'mfa'] });
  });

  it('H18 stands in the chooser beside the app, and the app still does', async () => {
    const { person, pending } = await logIn(gatehouse, portal, 'both@other.example');
    expect(person.title).toBe('How Do You Want to Verify Your Identity');
    await person.follow('Use a Passkey');
    await person.follow('Try another method');
    await person.follow('Authenticator App');
    await person.fill('Enter Your 6-digit Verification Code', await totpCode(clock.now())).press('Continue');
    const claims = (await portal.complete(pending, person.arrivedAt)).claims();
    expect(claims).toMatchObject({ acr: 'urn:gatehouse:acr:mfa-app' });
    clock.advance(MINUTE);
    const higher = await logIn(gatehouse, portal, 'both@other.example', { params: { acr_values: 'phr' } });
    // Nothing but a passkey will do (X23).
    expect(higher.person.has('form[data-passkey="verify"]')).toBe(true);
    await usePasskey(higher.person, of('both'));
    const phr = (await portal.complete(higher.pending, higher.person.arrivedAt)).claims();
    expect(phr).toMatchObject({ acr: 'phr' });
  });

  it('signs in alone: two factors in one, at the time of the passkey', async () => {
    const { person, pending } = await beginLogIn(gatehouse, portal);
    expect(person.find('#email')?.getAttribute('autocomplete')).toBe('username webauthn');
    const before = Math.floor(clock.now() / 1000);
    await usePasskey(person, of('alone'));
    const claims = (await portal.complete(pending, person.arrivedAt)).claims();
    expect(claims?.['auth_time']).toBeGreaterThanOrEqual(before);
    expect(claims?.['auth_time']).toBeLessThanOrEqual(Math.floor(clock.now() / 1000));
    expect(claims).toMatchObject({
      email: 'alone@other.example',
      acr: 'phr',
      amr: ['swk', 'mfa'],
    });
  });

  it('M2 X34 is good enough for a payor, who sets one up in the place of an app', async () => {
    const { person, pending } = await logIn(gatehouse, portal, 'payor@other.example');
    await person.press('Set Up Now');
    await person.choose('Passkey').press('Continue');
    const key = new SoftwareAuthenticator(gatehouse.issuer);
    await answerPasskey(person, key.create(passkeyOptionsOn(person)), { name: 'Phone' });
    await person.choose('I Have Securely Saved This Code').press('Continue');
    expect((await portal.complete(pending, person.arrivedAt)).claims()).toMatchObject({ acr: 'phr' });
  });

  it('X28 says the same of every address, and the same of every refusal', async () => {
    const pages: string[] = [];
    for (const name of ['alone@other.example', 'ada@other.example', 'nobody@other.example']) {
      const { person } = await beginLogIn(gatehouse, portal);
      await person.fill('Email', name).press('Continue');
      pages.push(person.text.replaceAll(name, '…'));
    }
    expect(new Set(pages).size).toBe(1);
    const account = await accountOf(gatehouse, 'idle@other.example');
    await gatehouse.accounts.update(account.id, (stored) => ({ ...stored, status: 'inactive' }));
    // Locked at a device of the person's own, which bars everybody (decision 014).
    const own = await logIn(gatehouse, portal, 'locked@other.example');
    await usePasskey(own.person, of('locked'));
    expect(own.person.arrivedAt).toBeDefined();
    await guess('locked', own.person);
    const stranger = new SoftwareAuthenticator(gatehouse.issuer);
    for (const key of [of('idle'), of('locked'), stranger]) {
      const { person } = await beginLogIn(gatehouse, portal);
      await usePasskey(person, key);
      expect([person.status, person.alerts[0]]).toEqual([401, REFUSED]);
    }
  });

  it('W13 X36 guesses of strangers lock no passkey out', async () => {
    await guess('guessed');
    const { id } = await accountOf(gatehouse, 'guessed@other.example');
    expect(await gatehouse.credentials.passwords.lockState(id)).toMatchObject({ scope: 'strangers' });
    const { person, pending } = await beginLogIn(gatehouse, portal);
    await usePasskey(person, of('guessed'));
    expect((await portal.complete(pending, person.arrivedAt)).claims()).toMatchObject({ acr: 'phr' });
  });

  it('W4 takes the passkey on a first page that was left open for most of an hour', async () => {
    const { person, pending } = await beginLogIn(gatehouse, portal);
    clock.advance(55 * MINUTE);
    await usePasskey(person, of('patient'));
    expect((await portal.complete(pending, person.arrivedAt)).claims()).toMatchObject({ acr: 'phr' });
  });

  it.each<[string, Tampering]>([
    ['another origin', { origin: 'http://localhost.evil.example' }],
    ['another host', { rpId: 'evil.example' }],
    ['no user verification', { userVerified: false }],
    ['somebody else’s handle', { userHandle: 'AAAA' }],
  ])('refuses an answer with %s, alone and as second factor', async (_what, tampering) => {
    const alone = await beginLogIn(gatehouse, portal);
    await usePasskey(alone.person, of('other'), tampering);
    expect([alone.person.status, alone.person.alerts[0]]).toEqual([401, REFUSED]);
    const second = await logIn(gatehouse, portal, 'other@other.example');
    await usePasskey(second.person, of('other'), tampering);
    expect([second.person.status, second.person.alerts[0]]).toEqual([422, REFUSED]);
  });

  it('X26 X30 takes no answer twice, of no other log-in, and before the password none', async () => {
    const { person } = await beginLogIn(gatehouse, portal);
    const options = passkeyOptionsOn(person);
    const elsewhere = await beginLogIn(gatehouse, portal);
    await answerPasskey(elsewhere.person, of('stale').get(options));
    expect([elsewhere.person.status, elsewhere.person.alerts[0]]).toEqual([
      401,
      'That took too long, or the page was out of date. Please try again.',
    ]);
    const once = of('stale').get(options);
    const { action } = person.form();
    const { csrf = '' } = person.form().fields;
    await person.post(action, { csrf, passkey: once });
    expect(person.arrivedAt).toBeDefined();
    await person.open((await portal.begin({ prompt: 'login' })).url);
    await person.open(person.url.pathname.replace(/password$/, 'identify'));
    await answerPasskey(person, once);
    expect(person.arrivedAt).toBeUndefined();
    const fresh = await beginLogIn(gatehouse, portal);
    const uid = /interaction\/([\w-]+)/.exec(fresh.person.form().action.pathname)?.[1];
    await fresh.person.post(new URL(`/interaction/${uid}/passkey`, gatehouse.issuer), {
      csrf: fresh.person.form().fields['csrf'] ?? '',
      passkey: of('stale').get(options),
    });
    expect(fresh.person.title).not.toBe('Verify Your Identity');
  });

  it('a removed passkey signs nobody in', async () => {
    const { person } = await beginLogIn(gatehouse, portal);
    await usePasskey(person, of('step'));
    const account = await accountOf(gatehouse, 'step@other.example');
    await gatehouse.credentials.passkeys.remove(account.id, of('step').id, { actor: account.id, origin: {} });
    const again = await beginLogIn(gatehouse, portal);
    await usePasskey(again.person, of('step'));
    expect([again.person.status, again.person.alerts[0]]).toEqual([401, REFUSED]);
  });

  it('P2 speaks French', async () => {
    const browser = new JourneyBrowser([gatehouse.issuer], { 'accept-language': 'fr' });
    const { person } = await beginLogIn(gatehouse, portal, { browser });
    expect(person.buttons()).toContain('Se connecter avec une clé d’accès');
    await person.fill('Adresse e-mail', 'second@other.example').press('Continuer');
    await person.fill('Mot de passe', PASSWORD).press('Continuer');
    expect(person.buttons()).toContain('Utiliser la clé d’accès');
  });

  it('C-8 an expired password is changed before anything is issued', async () => {
    clock.advance(31 * 24 * 60 * MINUTE);
    const { person, pending } = await beginLogIn(gatehouse, portal);
    await usePasskey(person, of('expired'));
    expect(person.title).toBe('Create a New Password');
    await person
      .fill('Password', 'Battery-Staple-8')
      .fill('Confirm', 'Battery-Staple-8')
      .press('Set Password');
    expect((await portal.complete(pending, person.arrivedAt)).claims()).toMatchObject({ acr: 'phr' });
  });
});
