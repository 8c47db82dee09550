import { setUpAuthenticator } from '../support/authenticator-setup.ts';
import { type FederationWorld, SAM, signInThere, startFederationWorld } from '../support/federation-world.ts';
import type { JourneyBrowser } from '../support/journey-browser.ts';
import { relyingParty } from '../support/relying-party.ts';
import { travellingClock } from '../support/travelling-clock.ts';
import { totpCode } from '../support/world.ts';

const MFA = 'urn:gatehouse:acr:mfa';
const CODE = 'Enter Your 6-digit Verification Code';
const STEP = 30_000;

describe('what a sign-in at the IdP is worth, and what is asked besides', () => {
  const clock = travellingClock();
  let world: FederationWorld;
  beforeAll(async () => {
    world = await startFederationWorld({ clock });
  });
  afterEach(() => world.upstream.control({}));
  afterAll(async () => {
    clock.restore();
    await world.stop();
  });

  /** Sets up an authenticator app; resolves with its secret. */
  async function enrol(person: JourneyBrowser): Promise<string> {
    expect(person.title).toBe('Two-Factor Authentication Required');
    const secret = await setUpAuthenticator(person, clock.now());
    await person.choose('I Have Securely Saved This Code').press('Continue');
    return secret;
  }

  /** A code of a later step than any before. */
  async function giveCode(person: JourneyBrowser, secret?: string): Promise<void> {
    clock.advance(STEP);
    await person.fill(CODE, await totpCode(clock.now(), secret)).press('Continue');
  }

  const claimsOf = async ({ person, pending }: Awaited<ReturnType<FederationWorld['signIn']>>) =>
    (await world.portal.complete(pending, person.arrivedAt)).claims();

  it('W18 the connection’s mapping says what the IdP’s own MFA counts here', async () => {
    await world.upstream.control({ claims: { amr: ['pwd', 'mfa'] } });
    const left = await world.leave('ina@initech.example', { params: { acr_values: MFA } });
    expect(left.person.url.searchParams.get('acr_values')).toBe('urn:initech:strong mfa');
    await signInThere(left.person, 'ina@initech.example');
    expect(await claimsOf(left)).toMatchObject({ acr: MFA, amr: ['mfa'] });
  });

  it('X23 what the IdP says without a mapping is worth no more than SSO', async () => {
    await world.upstream.control({ claims: { amr: ['pwd', 'mfa'], acr: MFA } });
    expect((await claimsOf(await world.signIn(SAM)))?.['acr']).toBe('urn:gatehouse:acr:sso');
  });

  it('asks nothing of the IdP that nobody wants here', async () => {
    const { person } = await world.leave('ina@initech.example');
    expect(person.url.searchParams.get('acr_values')).toBeNull();
  });

  it('W18 a demand that the IdP did not meet is met by a factor here: first set up, then asked', async () => {
    const params = { acr_values: MFA };
    const first = await world.signIn('dora@acme.example', { params });
    const secret = await enrol(first.person);
    expect((await claimsOf(first))?.['acr']).toBe(MFA);
    const second = await world.signIn('dora@acme.example', { params });
    await giveCode(second.person, secret);
    expect(await claimsOf(second)).toMatchObject({ acr: MFA, amr: ['fed', 'otp', 'mfa'] });
    // Without the demand nobody asks for it (E3).
    expect((await claimsOf(await world.signIn('dora@acme.example')))?.['acr']).toBe('urn:gatehouse:acr:sso');
  });

  it('C4 M5 payments ask for a factor after SSO, each time', async () => {
    const pay = await relyingParty(world.gatehouse.issuer, { clientId: 'pay', clientSecret: 'pay-secret' });
    const browser = world.browser();
    const first = await world.signIn('pia@acme.example', { browser, party: pay });
    const secret = await enrol(first.person);
    await pay.complete(first.pending, first.person.arrivedAt);
    const again = await pay.begin();
    await browser.open(again.url);
    await giveCode(browser, secret);
    expect((await pay.complete(again, browser.arrivedAt)).claims()?.['acr']).toBe(
      MFA.replace('mfa', 'mfa-app'),
    );
  });

  it('M1 a payments role is asked for its factor wherever it signs in', async () => {
    const { person, pending } = await world.signIn('paula@acme.example');
    expect(person.arrivedAt).toBeUndefined();
    await giveCode(person);
    expect(await claimsOf({ person, pending })).toMatchObject({ company_id: 'acme' });
  });

  describe('a person of acme, who is also in gamma, which enforces MFA', () => {
    it('E3 enters acme with nothing else', async () => {
      const signedIn = await world.signIn('both@acme.example');
      expect(signedIn.person.title).toBe('Select a Company');
      await signedIn.person.choose('Acme Builders').press('Continue');
      expect((await claimsOf(signedIn))?.['company_id']).toBe('acme');
    });

    it('A17 has to set up gamma’s second factor before entering gamma, and is asked for it when switching there, not on the way back', async () => {
      const signedIn = await world.signIn('both@acme.example');
      await signedIn.person.choose('Gamma Glass').press('Continue');
      expect(signedIn.person.text).toContain('Gamma Glass');
      const secret = await enrol(signedIn.person);
      expect(await claimsOf(signedIn)).toMatchObject({ company_id: 'gamma', amr: ['fed', 'otp', 'mfa'] });

      const browser = world.browser();
      const inAcme = await world.signIn('both@acme.example', { browser, params: { company: 'acme' } });
      expect((await claimsOf(inAcme))?.['company_id']).toBe('acme');
      const toGamma = await world.portal.begin({ company: 'gamma' });
      await browser.open(toGamma.url);
      await giveCode(browser, secret);
      expect((await claimsOf({ person: browser, pending: toGamma }))?.['company_id']).toBe('gamma');
      const back = await world.portal.begin({ company: 'acme' });
      await browser.open(back.url);
      expect((await claimsOf({ person: browser, pending: back }))?.['company_id']).toBe('acme');
    });

    it('is not let into gamma silently', async () => {
      const browser = world.browser();
      await world.signIn('both@acme.example', { browser, params: { company: 'acme' } });
      const silent = await world.portal.begin({ company: 'gamma', prompt: 'none' });
      await browser.open(silent.url);
      expect(browser.arrivedAt?.searchParams.get('error')).toBe('interaction_required');
    });
  });

  it('X38 deactivation ends the session, and the IdP does not bring it back', async () => {
    const browser = world.browser();
    const { person, pending } = await world.signIn('zoe@acme.example', { browser });
    const id = (await claimsOf({ person, pending }))?.sub ?? '';
    await world.gatehouse.accounts.setStatus(id, 'inactive', { actor: 'system' });
    const silent = await world.portal.begin({ prompt: 'none' });
    await browser.open(silent.url);
    expect(browser.arrivedAt?.searchParams.get('error')).toBe('login_required');
    const again = await world.signIn('zoe@acme.example', { browser });
    expect([again.person.status, again.person.arrivedAt]).toEqual([403, undefined]);
  });
});
