import { DAY, MINUTE } from '#kernel';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { agree, createPassword, FIRST_PASSWORD, invite, linkTo } from '../support/invitations.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { accountOf, beginLogIn, logIn } from '../support/sign-in.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { world } from '../support/world.ts';

const START = 'http://127.0.0.1:9/start';

describe('an invitation to a new person', () => {
  let clock: TravellingClock;
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    clock = travellingClock();
    gatehouse = await startGatehouse({
      clock,
      env: { BRAND_NAME: 'Bluehouse', LIMIT_RESETS_PER_MINUTE: '1000' },
      bootstrap: world({
        companies: [{ id: 'long', name: 'Long Ltd', settings: { password: { minLength: 14 } } }],
        clients: [
          {
            client_id: 'homely',
            client_secret: 'homely-secret',
            client_name: 'Homely',
            client_uri: START,
            redirect_uris: ['http://127.0.0.1:9/callback'],
            first_party: true,
          },
        ],
      }),
    });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(async () => {
    clock.restore();
    await gatehouse.stop();
  });

  const browser = (headers = {}) => new JourneyBrowser([gatehouse.issuer], headers);
  const open = (link: string) => browser().open(link);
  const mailsTo = async (email: string) => (await gatehouse.sentMessages()).filter(({ to }) => to === email);
  const membershipOf = async (email: string) => {
    const account = await gatehouse.accounts.byEmail(email);
    return account && gatehouse.companies.membership('beta', account.id);
  };
  const stateOf = async (email: string, company = 'beta') =>
    (await gatehouse.invitations.list(company)).items.find((one) => one.address === email)?.state;

  it('A2 A7 mails "Welcome to …" in the person’s language, with a "Get Started" link from the issuer', async () => {
    await invite(gatehouse, 'mail@new.example', { name: 'Mia Mail' });
    await invite(gatehouse, 'fr@new.example', { locale: 'fr' });
    const [mail] = await mailsTo('mail@new.example');
    expect(mail?.subject).toBe('Welcome to Bluehouse');
    expect(mail?.text).toContain('Hello Mia Mail,');
    expect(mail?.text).toContain('Beta Bridges has invited you');
    const link = await linkTo(gatehouse, 'mail@new.example');
    expect(link).toMatch(new RegExp(`^${gatehouse.issuer}/welcome\\?token=[\\w-]{43}$`));
    expect(mail?.html).toContain('>Get Started</a>');
    expect(mail?.html).toContain(link);
    expect((await mailsTo('fr@new.example'))[0]?.subject).toBe('Bienvenue dans Bluehouse');
    expect(await stateOf('mail@new.example')).toBe('invited');
    const { items } = await gatehouse.audit.list({ companyId: 'beta' });
    const events = items.filter(({ type }) => type === 'invite.sent');
    expect(JSON.stringify(events)).toContain('mail@new.example');
    expect(JSON.stringify(events)).not.toContain(link.split('=')[1]);
  });

  it('A8 W6 the first GET moves the token to a cookie; GET and HEAD spend nothing and show the invited address', async () => {
    const link = await invite(gatehouse, 'scan@new.example');
    for (const method of ['HEAD', 'GET', 'GET']) {
      const response = await fetch(link, { method, redirect: 'manual' });
      expect([response.status, response.headers.get('location')]).toEqual([303, '/welcome']);
    }
    const first = await open(link);
    const second = await open(link);
    for (const person of [first, second]) {
      expect(person.title).toBe('Create a Password');
      expect(person.text).toContain('scan@new.example');
      expect(person.url.href).not.toContain('token');
    }
    expect(await gatehouse.accounts.byEmail('scan@new.example')).toBeUndefined();
    expect(await stateOf('scan@new.example')).toBe('invited');
  });

  it('A9 A10 has "Password" and "Confirm", a circle for each rule that says after the submit whether it is met', async () => {
    const person = await open(await invite(gatehouse, 'rules@new.example'));
    const attribute = (id: string, name: string) => person.find(id)?.getAttribute(name);
    expect(attribute('#password', 'autocomplete')).toBe('new-password');
    expect(attribute('#confirm', 'autocomplete')).toBe('new-password');
    expect(attribute('[name=username]', 'autocomplete')).toBe('username');
    expect(attribute('[name=username]', 'value')).toBe('rules@new.example');
    expect(attribute('#rules', 'aria-live')).toBe('polite');
    await createPassword(person, 'short');
    expect(person.status).toBe(422);
    const states = ['length', 'upper', 'lower', 'number', 'special'].map((id) =>
      attribute(`[data-rule=${id}]`, 'data-state'),
    );
    expect(states).toEqual(['unmet', 'unmet', 'met', 'unmet', 'unmet']);
    await person.fill('Password', FIRST_PASSWORD).fill('Confirm', `${FIRST_PASSWORD}x`).press('Set Password');
    expect(person.alerts.join()).toContain('Passwords must match');
    expect(await gatehouse.accounts.byEmail('rules@new.example')).toBeUndefined();
  });

  it('A12 C-9 the inviting company’s minimum length holds already here', async () => {
    const person = await open(await invite(gatehouse, 'long@new.example', { companyId: 'long' }));
    expect(person.text).toContain('Must be at least 14 characters');
    await createPassword(person, 'Twelve-Chr-1');
    expect([person.status, person.title]).toEqual([422, 'Create a Password']);
    await createPassword(person, 'Fourteen-Char-1');
    expect(person.title).toBe('Terms and Conditions');
  });

  it('A4 A13 A14 agrees to the terms, is logged in, joins, and is led to the relying party of the invitation', async () => {
    const link = await invite(gatehouse, 'nina@new.example', {
      clientId: 'homely',
      name: 'Nina New',
      permissions: { directory: 'standard' },
    });
    const person = await createPassword(await open(link));
    expect(person.title).toBe('Terms and Conditions');
    expect(await membershipOf('nina@new.example')).toBeUndefined();
    expect(await stateOf('nina@new.example')).toBe('invited');
    await agree(person);
    expect(person.arrivedAt?.href).toBe(START);
    expect(await stateOf('nina@new.example')).toBe('accepted');
    expect(await membershipOf('nina@new.example')).toMatchObject({
      status: 'active',
      permissions: { directory: 'standard', companyAdmin: 'none' },
    });
    expect(await accountOf(gatehouse, 'nina@new.example')).toMatchObject({
      name: 'Nina New',
      status: 'active',
      emailVerified: true,
      acceptedTerms: { version: '1', ip: '127.0.0.1' },
    });
    const { pending } = await beginLogIn(gatehouse, portal, { browser: person });
    const tokens = await portal.complete(pending, person.arrivedAt);
    expect(tokens.claims()).toMatchObject({ email: 'nina@new.example', company_id: 'beta' });
    const later = await logIn(gatehouse, portal, 'nina@new.example', { password: FIRST_PASSWORD });
    expect(later.person.arrivedAt?.searchParams.has('code')).toBe(true);
  });

  it('A4 no address but the invited one comes out of it, whatever the forms say', async () => {
    const link = await invite(gatehouse, 'bound@new.example');
    const person = await open(link);
    const { action, fields } = person.form();
    const passwords = { password: FIRST_PASSWORD, confirm: FIRST_PASSWORD };
    await person.post(action, { ...fields, ...passwords, email: 'other@new.example' });
    expect(person.status).toBe(422);
    await person.open(link);
    await person.post(action, { ...fields, ...passwords, username: 'other@new.example' });
    await agree(person);
    expect(person.title).toBe('You are now logged into Bluehouse');
    expect(await gatehouse.accounts.byEmail('other@new.example')).toBeUndefined();
    expect(await accountOf(gatehouse, 'bound@new.example')).toMatchObject({ email: 'bound@new.example' });
  });

  it('A7 the link is good for the invitation alone, and a reset link for no invitation', async () => {
    const invitation = new URL(await invite(gatehouse, 'purpose@new.example'));
    const asReset = await open(`${gatehouse.issuer}/reset-password${invitation.search}`);
    expect([asReset.status, asReset.title]).toEqual([410, 'This link no longer works']);
    const forgotten = await browser().open(`${gatehouse.issuer}/forgot-password`);
    await forgotten.fill('Email', 'ada@other.example').press('Submit');
    const reset = new URL(await linkTo(gatehouse, 'ada@other.example'));
    const asInvitation = await open(`${gatehouse.issuer}/welcome${reset.search}`);
    expect([asInvitation.status, asInvitation.text]).toEqual([
      410,
      expect.stringContaining('not known to us'),
    ]);
    expect(asInvitation.links()).toEqual(
      expect.arrayContaining(['Log in', 'Help with logging in to Bluehouse']),
    );
    expect((await open(invitation.href)).title).toBe('Create a Password');
  });

  it('A11 the newsletter box is not ticked; the choice is kept with time and version, and never stands in the way', async () => {
    const yes = await open(await invite(gatehouse, 'yes@new.example'));
    expect(yes.has('#newsletter[checked]')).toBe(false);
    yes.choose('Subscribe to the newsletter and product updates (optional)');
    await createPassword(yes, 'short');
    expect(yes.has('#newsletter[checked]')).toBe(true);
    await agree(await createPassword(yes));
    expect(yes.title).toBe('You are now logged into Bluehouse');
    const no = await agree(await createPassword(await open(await invite(gatehouse, 'no@new.example'))));
    expect(no.title).toBe('You are now logged into Bluehouse');
    const choices = await Promise.all(
      ['yes', 'no'].map(async (name) => (await accountOf(gatehouse, `${name}@new.example`)).newsletter),
    );
    expect(choices).toEqual([
      { subscribed: true, version: '2026-11', at: expect.any(Number) },
      { subscribed: false, version: '2026-11', at: expect.any(Number) },
    ]);
  });

  it('A14 W19 an interrupted acceptance is taken up in another browser, with the password that was set', async () => {
    const link = await invite(gatehouse, 'resume@new.example');
    await createPassword(await open(link));
    const elsewhere = await open(link);
    expect(elsewhere.title).toBe('Enter your password');
    expect(elsewhere.text).toContain('resume@new.example');
    await elsewhere.fill('Password', FIRST_PASSWORD).press('Continue');
    expect(elsewhere.title).toBe('Join Beta Bridges');
    await elsewhere.press('Join');
    await agree(elsewhere);
    expect(elsewhere.title).toBe('You are now logged into Bluehouse');
    expect((await membershipOf('resume@new.example'))?.status).toBe('active');
  });

  it('W19 a used link says so, and so does a form that was open in another tab', async () => {
    const link = await invite(gatehouse, 'used@new.example');
    const [quick, slow] = [await open(link), await open(link)];
    await agree(await createPassword(quick));
    await createPassword(slow, 'Another-Pass-9');
    expect([slow.status, slow.text]).toEqual([410, expect.stringContaining('was already accepted')]);
    const again = await open(link);
    expect([again.status, again.text]).toEqual([410, expect.stringContaining('was already accepted')]);
    const { person } = await logIn(gatehouse, portal, 'used@new.example', { password: FIRST_PASSWORD });
    expect(person.arrivedAt?.searchParams.has('code')).toBe(true);
  });

  it('W19 a revoked link says so, also between two clicks', async () => {
    const link = await invite(gatehouse, 'revoked@new.example');
    const person = await createPassword(await open(link));
    await gatehouse.invitations.revoke('beta', 'Revoked@new.example', { actor: 'the-administrator' });
    await agree(person);
    expect([person.status, person.text]).toEqual([410, expect.stringContaining('was withdrawn')]);
    const after = await open(link);
    expect(after.text).toContain('was withdrawn');
    // It is no dead end: whoever has an account goes on, others find help.
    expect(after.links()).toEqual(expect.arrayContaining(['Log in', 'Help with logging in to Bluehouse']));
    await after.follow('Log in');
    expect(after.title).toBe('Log in to Bluehouse');
    expect([await stateOf('revoked@new.example'), await membershipOf('revoked@new.example')]).toEqual([
      'revoked',
      undefined,
    ]);
  });

  it('W19 an expired link offers a new one, which goes to the invited address only, and not again at once', async () => {
    const link = await invite(gatehouse, 'late@new.example');
    clock.advance(14 * DAY);
    const person = await open(link);
    expect([person.status, person.text]).toEqual([410, expect.stringContaining('has expired')]);
    expect(await stateOf('late@new.example')).toBe('expired');
    await person.press('Request a new invitation');
    expect(person.title).toBe('Check your email');
    expect(await mailsTo('late@new.example')).toHaveLength(2);
    expect((await open(link)).text).toContain('not known to us');
    const fresh = await open(await linkTo(gatehouse, 'late@new.example'));
    expect(fresh.title).toBe('Create a Password');
  });

  it('A18 the administrator resends; every open link leads on, and no address is flooded (X32)', async () => {
    const first = await invite(gatehouse, 'again@new.example');
    const acting = { actor: 'the-administrator' };
    const outcomes = [];
    for (let turn = 0; turn < 12; turn++)
      outcomes.push((await gatehouse.invitations.resend('beta', 'again@new.example', acting)).outcome);
    expect(outcomes.filter((outcome) => outcome === 'resent')).toHaveLength(9);
    expect(outcomes.at(-1)).toBe('too-many-mails');
    expect(await mailsTo('again@new.example')).toHaveLength(10);
    expect((await open(await linkTo(gatehouse, 'again@new.example'))).title).toBe('Create a Password');
    expect((await open(first)).status).toBe(410);
  });

  it('A18 A3 whoever tries to log in, or asks for a new password, before accepting gets the mail again and neutral texts', async () => {
    await invite(gatehouse, 'early@new.example');
    const attempt = (email: string) => logIn(gatehouse, portal, email, { browser: browser() });
    const [invited, unknown] = [await attempt('early@new.example'), await attempt('nobody@new.example')];
    expect(invited.person.status).toBe(unknown.person.status);
    expect(invited.person.text.replaceAll('early@', '')).toBe(unknown.person.text.replaceAll('nobody@', ''));
    // The first mail is not a quarter of an hour old.
    expect(await mailsTo('early@new.example')).toHaveLength(1);
    clock.advance(15 * MINUTE);
    await attempt('early@new.example');
    await attempt('early@new.example');
    expect(await mailsTo('early@new.example')).toHaveLength(2);
    clock.advance(15 * MINUTE);
    const forgotten = await browser().open(`${gatehouse.issuer}/forgot-password`);
    await forgotten.fill('Email', 'early@new.example').press('Submit');
    const mails = await mailsTo('early@new.example');
    expect(mails.map(({ subject }) => subject)).toEqual(Array(3).fill('Welcome to Bluehouse'));
    expect(await mailsTo('nobody@new.example')).toEqual([]);
  });

  it('A14 the request at which the mail was sent again goes on in the end', async () => {
    await invite(gatehouse, 'pending@new.example');
    clock.advance(15 * MINUTE);
    const { person, pending } = await logIn(gatehouse, portal, 'pending@new.example');
    await person.open(await linkTo(gatehouse, 'pending@new.example'));
    await agree(await createPassword(person));
    expect(person.arrivedAt?.searchParams.get('state')).toBe(pending.state);
    expect((await portal.complete(pending, person.arrivedAt)).claims()?.['company_id']).toBe('beta');
  });

  it('A1 has no way to an account without an invitation: prompt=create is refused and no path registers', async () => {
    const { url } = await portal.begin({ prompt: 'create' });
    const person = await browser().open(url);
    expect(person.arrivedAt?.searchParams.get('error')).toBe('invalid_request');
    const paths = gatehouse.web.http.routes().map(({ path }) => path);
    expect(paths.filter((path) => /register|sign-?up|create-account/.test(path))).toEqual([]);
    const { client_id, redirect_uri } = { client_id: 'gatehouse-welcome', redirect_uri: '/welcome/done' };
    const query = new URLSearchParams({
      client_id,
      redirect_uri: gatehouse.issuer + redirect_uri,
      response_type: 'code',
      scope: 'openid',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
      login_hint: 'stranger@new.example',
    });
    const stranger = await browser().open(`${gatehouse.issuer}/auth?${query}`);
    expect([stranger.status, stranger.text]).toEqual([410, expect.stringContaining('not known to us')]);
  });

  it('X27 X28 the link is made from the issuer whatever the Host says, and what an administrator is told is the same for known people', async () => {
    const acting = { actor: 'the-administrator' };
    const known = await gatehouse.invitations.invite(
      { companyId: 'acme', email: 'ada@other.example' },
      acting,
    );
    const fresh = await gatehouse.invitations.invite(
      { companyId: 'acme', email: 'adb@other.example' },
      acting,
    );
    const shape = (outcome: typeof known) =>
      outcome.outcome === 'invited' ? Object.keys(outcome.invitation) : outcome;
    expect(shape(known)).toEqual(shape(fresh));
    expect(known.outcome).toBe('invited');
    const link = await linkTo(gatehouse, 'adb@other.example');
    const spoofed = await fetch(link, {
      headers: { 'x-forwarded-host': 'evil.example' },
      redirect: 'manual',
    });
    expect(spoofed.headers.get('location')).toBe('/welcome');
  });
});
