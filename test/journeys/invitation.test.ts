import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import {
  agree,
  createPassword,
  FIRST_PASSWORD,
  invitationState,
  invite,
  membershipOf,
} from '../support/invitations.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { linkTo, mailsTo } from '../support/mails.ts';
import { client } from '../support/protocol-clients.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { accountOf, beginLogIn, logIn } from '../support/sign-in.ts';
import { world } from '../support/world.ts';

const START = 'http://127.0.0.1:9/start';

describe('an invitation to a new person', () => {
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    gatehouse = await startGatehouse({
      env: { BRAND_NAME: 'Bluehouse' },
      bootstrap: world({
        companies: [{ id: 'long', name: 'Long Ltd', settings: { password: { minLength: 14 } } }],
        clients: [client('homely', { client_name: 'Homely', client_uri: START })],
      }),
    });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(() => gatehouse.stop());

  const browser = () => new JourneyBrowser([gatehouse.issuer]);
  const open = (link: string) => browser().open(link);

  it('A2 A7 mails "Welcome to …" in the person’s language, with a "Get Started" link from the issuer', async () => {
    await invite(gatehouse, 'mail@new.example', { name: 'Mia Mail' });
    await invite(gatehouse, 'fr@new.example', { locale: 'fr' });
    const [mail] = await mailsTo(gatehouse, 'mail@new.example');
    expect(mail?.subject).toBe('Welcome to Bluehouse');
    expect(mail?.text).toContain('Hello Mia Mail,');
    expect(mail?.text).toContain('Beta Bridges has invited you');
    const link = await linkTo(gatehouse, 'mail@new.example');
    expect(link).toMatch(new RegExp(`^${gatehouse.issuer}/welcome\\?token=[\\w-]{43}$`));
    expect(mail?.html).toContain('>Get Started</a>');
    expect(mail?.html).toContain(link);
    expect((await mailsTo(gatehouse, 'fr@new.example'))[0]?.subject).toBe('Bienvenue dans Bluehouse');
    expect(await invitationState(gatehouse, 'mail@new.example')).toBe('invited');
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
    expect(await invitationState(gatehouse, 'scan@new.example')).toBe('invited');
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
    expect(person.has('#confirm-error')).toBe(false);
    await person.fill('Password', 'short').fill('Confirm', 'shorter').press('Set Password');
    expect([person.has('#password-error'), person.has('#confirm-error')]).toEqual([true, true]);
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
    expect(await membershipOf(gatehouse, 'nina@new.example')).toBeUndefined();
    expect(await invitationState(gatehouse, 'nina@new.example')).toBe('invited');
    await agree(person);
    expect(person.arrivedAt?.href).toBe(START);
    expect(await invitationState(gatehouse, 'nina@new.example')).toBe('accepted');
    expect(await membershipOf(gatehouse, 'nina@new.example')).toMatchObject({
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
    expect((await membershipOf(gatehouse, 'resume@new.example'))?.status).toBe('active');
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
