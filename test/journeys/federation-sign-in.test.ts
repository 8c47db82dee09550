import { parseEmail } from '#kernel';
import { type FederationWorld, SAM, signInThere, startFederationWorld } from '../support/federation-world.ts';
import { travellingClock } from '../support/travelling-clock.ts';

describe('signing in at the company’s IdP', () => {
  const clock = travellingClock();
  let world: FederationWorld;
  beforeAll(async () => {
    world = await startFederationWorld({ clock });
  });
  afterAll(async () => {
    clock.restore();
    await world.stop();
  });

  // No test depends on how far another one has travelled.
  beforeEach(() => clock.travelBack());

  const accountOf = (email: string) => world.gatehouse.accounts.byEmail(parseEmail(email)?.normalized ?? '');

  it('B6 E1 E6 leads from the address to the IdP and straight back, with no password, company MFA or terms', async () => {
    const { person, pending } = await world.leave(' Sam@ACME.example ');
    expect(person.url.origin).toBe(world.upstream.issuer);
    expect(person.url.searchParams.get('login_hint')).toBe('Sam@ACME.example');
    await signInThere(person, SAM);
    const claims = (await world.portal.complete(pending, person.arrivedAt)).claims();
    expect(claims).toMatchObject({
      email: SAM,
      name: 'Upstream sam',
      company_id: 'acme',
      acr: 'urn:gatehouse:acr:sso',
      amr: ['fed'],
    });
    const pages = person.transcript.join('\n');
    expect(pages).not.toContain('type="password"');
    expect(pages).not.toContain('Two-Factor Authentication Required');
    expect(pages).not.toContain('Terms and Conditions');
  });

  it('W13 a lock from guesses at a password keeps nobody out who signs in there, and stays for the password', async () => {
    const email = 'both@acme.example';
    const account = await accountOf(email);
    const { passwords } = world.gatehouse.credentials;
    const lockout = { enabled: true, attempts: 3 };
    for (let guess = 0; guess < 3; guess++)
      await passwords.verify({ account, password: 'Wrong-Horse-7', origin: {}, lockout });
    expect((await passwords.lockState(account?.id ?? '')).locked).toBe(true);
    const { person, pending } = await world.signIn(email);
    await person.choose('Acme Builders').press('Continue');
    expect((await world.portal.complete(pending, person.arrivedAt)).claims()).toMatchObject({ email });
    expect((await passwords.lockState(account?.id ?? '')).locked).toBe(true);
    const mails = (await world.gatehouse.sentMessages()).filter(({ to }) => to === email);
    expect(mails.map(({ subject }) => subject)).toEqual(['Your account has been locked']);
  });

  it('A1 makes an unknown person’s account and a membership that may do nothing yet', async () => {
    const { person, pending } = await world.signIn('new@acme.example');
    const claims = (await world.portal.complete(pending, person.arrivedAt)).claims();
    expect(claims?.['company_permissions']).toEqual({ companyAdmin: 'none', directory: 'none' });
    const account = await accountOf('new@acme.example');
    expect(account).toMatchObject({ id: claims?.sub, status: 'active', emailVerified: true });
    expect(account?.acceptedTerms).toBeUndefined();
  });

  it('A1 where provisioning is switched off, says that there is no account and whom to ask', async () => {
    const { person } = await world.signIn('new@hooli.example');
    expect(person.status).toBe(403);
    expect(person.text).toContain('you have no account here');
    expect(person.text).toContain('Contact your Company Administrator for an invitation.');
    expect(await accountOf('new@hooli.example')).toBeUndefined();
  });

  it('W8 links an account that was verified here, without a question and once', async () => {
    const before = await accountOf('both@acme.example');
    const { person, pending } = await world.signIn('both@acme.example', { params: { company: 'acme' } });
    const claims = (await world.portal.complete(pending, person.arrivedAt)).claims();
    expect(claims?.sub).toBe(before?.id);
    expect(person.transcript.join('')).not.toContain('Password');
  });

  it('W10 takes the exact domain before the wildcard, and the wildcard for every other', async () => {
    const callbackOf = async (email: string) =>
      new URL((await world.leave(email)).person.url.searchParams.get('redirect_uri') ?? '').pathname;
    expect(await callbackOf('a@labs.acme.example')).toBe('/federation/acme-labs/callback');
    expect(await callbackOf('a@site.east.acme.example')).toBe('/federation/acme-idp/callback');
    const { person } = await world.leave('a@acme.example.org');
    expect(person.title).toBe('Enter your password');
  });

  it('a second request in the same browser asks nothing at all', async () => {
    const browser = world.browser();
    await world.signIn(SAM, { browser });
    const again = await world.portal.begin();
    await browser.open(again.url);
    const claims = (await world.portal.complete(again, browser.arrivedAt)).claims();
    expect(claims?.['email']).toBe(SAM);
  });

  it('W17 sends on the wish to choose an account', async () => {
    const browser = world.browser();
    await world.signIn(SAM, { browser });
    const { person } = await world.leave('ann@acme.example', {
      browser,
      params: { prompt: 'select_account' },
    });
    expect(person.url.searchParams.get('prompt')).toBe('select_account');
    await signInThere(person, 'ann@acme.example');
    expect(person.arrivedAt).toBeDefined();
  });

  it('signs a person in whose session at the IdP is older than any of ours may get', async () => {
    await world.upstream.control({ authAge: 30 * 24 * 3600 });
    const browser = world.browser();
    const { person, pending } = await world.signIn(SAM, { browser });
    await world.upstream.control({});
    const tokens = await world.portal.complete(pending, person.arrivedAt);
    const old = Math.floor(Date.now() / 1000) - 29 * 24 * 3600;
    expect(tokens.claims()?.auth_time).toBeLessThan(old);
    clock.advance(24 * 3_600_000);
    const again = await world.portal.begin({ prompt: 'none' });
    await browser.open(again.url);
    expect(browser.arrivedAt?.searchParams.get('error')).toBeNull();
  });
});
