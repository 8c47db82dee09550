import * as oidc from 'openid-client';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { beginLogIn, logIn } from '../support/sign-in.ts';
import { PASSWORD, world } from '../support/world.ts';

const GOODBYE = 'http://127.0.0.1:9/goodbye';

describe('logging out', () => {
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    gatehouse = await startGatehouse({ bootstrap: world() });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(() => gatehouse.stop());

  async function signedIn(browser?: JourneyBrowser) {
    const { person, pending } = await logIn(gatehouse, portal, 'ada@other.example', browser && { browser });
    return { person, tokens: await portal.complete(pending, person.arrivedAt) };
  }

  const endSession = (params: Record<string, string> = {}) =>
    `${gatehouse.issuer}/session/end?${new URLSearchParams(params)}`;

  async function isSignedIn(person: JourneyBrowser): Promise<boolean> {
    await person.open((await portal.begin({ prompt: 'none' })).url);
    return person.arrivedAt?.searchParams.has('code') ?? false;
  }

  it('B16 asks first; "Log Out" ends the session and the refresh tokens', async () => {
    const { person, tokens } = await signedIn();
    await person.open(endSession());
    expect(person.title).toBe('Do you want to log out?');
    expect(person.buttons()).toEqual(['Log Out', 'Stay Logged In']);
    await person.press('Log Out');
    expect(person.title).toBe('You are logged out');
    expect(person.text).toContain('public or shared device');
    expect(await isSignedIn(person)).toBe(false);
    const refresh = oidc.refreshTokenGrant(portal.configuration, tokens.refresh_token ?? 'none');
    await expect(refresh).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  it('B16 "Stay Logged In" ends nothing', async () => {
    const { person, tokens } = await signedIn();
    await person.open(endSession());
    await person.press('Stay Logged In');
    expect(await isSignedIn(person)).toBe(true);
    await oidc.refreshTokenGrant(portal.configuration, tokens.refresh_token ?? 'none');
  });

  it('B16 X16 goes back to a registered address with its state, and to no other', async () => {
    const { person, tokens } = await signedIn();
    const id_token_hint = tokens.id_token ?? '';
    await person.open(
      endSession({ id_token_hint, post_logout_redirect_uri: 'https://evil.example/', state: 's' }),
    );
    expect([person.status, person.url.origin]).toEqual([400, gatehouse.issuer]);
    expect(await isSignedIn(person)).toBe(true);
    await person.open(endSession({ id_token_hint, post_logout_redirect_uri: GOODBYE, state: 's' }));
    expect(person.text).toContain('You came from Portal.');
    await person.press('Log Out');
    expect(person.arrivedAt?.href).toBe(`${GOODBYE}?state=s`);
    expect(await isSignedIn(person)).toBe(false);
  });

  it('X19 another site can’t log people out by a form', async () => {
    const { person } = await signedIn();
    await person.open(endSession());
    const { action, fields } = person.form();
    await person.post(action, { ...fields, logout: 'yes', xsrf: 'guessed' });
    expect(person.status).toBe(400);
    expect(await isSignedIn(person)).toBe(true);
  });

  it('B16 P4 speaks French, and nobody signed in has nothing to confirm', async () => {
    const french = new JourneyBrowser([gatehouse.issuer], { 'accept-language': 'fr' });
    const { person } = await beginLogIn(gatehouse, portal, { browser: french });
    await person.fill('Adresse e-mail', 'ada@other.example').press('Continuer');
    await person.fill('Mot de passe', PASSWORD).press('Continuer');
    await person.open(endSession());
    expect(person.buttons()).toEqual(['Se déconnecter', 'Rester connecté']);
    await person.press('Se déconnecter');
    await person.open(endSession());
    expect(person.title).toBe('Vous êtes déconnecté');
  });
});
