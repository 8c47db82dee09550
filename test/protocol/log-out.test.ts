import * as oidc from 'openid-client';
import { refreshTokenOf, refusal } from '../support/endpoint.ts';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { client } from '../support/protocol-clients.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { type LoggedIn, logIn } from '../support/sign-in.ts';
import { world } from '../support/world.ts';

const GOODBYE = 'http://127.0.0.1:9/goodbye';

describe('RP-initiated log-out', () => {
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  let second: RelyingParty;
  beforeAll(async () => {
    gatehouse = await startGatehouse({ bootstrap: world({ clients: [client('second')] }) });
    portal = await relyingParty(gatehouse.issuer);
    second = await relyingParty(gatehouse.issuer, { clientId: 'second', clientSecret: 'second-secret' });
  });
  afterAll(() => gatehouse.stop());

  async function signIn() {
    const { person, pending }: LoggedIn = await logIn(gatehouse, portal, 'ada@other.example');
    return { person, tokens: await portal.complete(pending, person.arrivedAt) };
  }
  const endSession = (parameters: Record<string, string>) =>
    oidc.buildEndSessionUrl(portal.configuration, parameters);
  const stillSignedIn = async (person: JourneyBrowser, party = portal) => {
    const { url } = await party.begin({ prompt: 'none' });
    return (await person.open(url)).arrivedAt?.searchParams.has('code');
  };

  it('B16 with id_token_hint: one question, then back to the relying party with its state', async () => {
    const { person, tokens } = await signIn();
    await person.open(
      endSession({ id_token_hint: tokens.id_token ?? '', post_logout_redirect_uri: GOODBYE, state: 's-1' }),
    );
    expect(person.buttons()).toEqual(expect.arrayContaining(['Log Out', 'Stay Logged In']));
    await person.press('Log Out');
    expect(person.arrivedAt?.href).toBe(`${GOODBYE}?state=s-1`);
    expect(await stillSignedIn(person)).toBe(false);
    const refreshed = oidc.refreshTokenGrant(portal.configuration, refreshTokenOf(tokens));
    expect(await refusal(refreshed)).toBe('invalid_grant');
  });

  it('B16 without any parameter it ends on our own page', async () => {
    const { person } = await signIn();
    await (await person.open(`${gatehouse.issuer}/session/end`)).press('Log Out');
    expect(person.arrivedAt).toBeUndefined();
    expect(person.title).not.toBe('');
    expect(await stillSignedIn(person)).toBe(false);
  });

  it('B16 "Stay Logged In" leaves the session to the other relying parties', async () => {
    const { person, tokens } = await signIn();
    const other = await second.begin();
    await person.open(other.url);
    const others = await second.complete(other, person.arrivedAt);
    const url = endSession({ id_token_hint: tokens.id_token ?? '', post_logout_redirect_uri: GOODBYE });
    await (await person.open(url)).press('Stay Logged In');
    expect(person.arrivedAt?.href).toBe(GOODBYE);
    expect(await stillSignedIn(person, second)).toBe(true);
    const fresh = await oidc.refreshTokenGrant(second.configuration, refreshTokenOf(others));
    expect(fresh.access_token).toBeDefined();
  });

  it('nobody signed in: straight on to the relying party, without a question', async () => {
    const { tokens } = await signIn();
    const stranger = new JourneyBrowser([gatehouse.issuer]);
    await stranger.open(
      endSession({ id_token_hint: tokens.id_token ?? '', post_logout_redirect_uri: GOODBYE, state: 's-2' }),
    );
    expect(stranger.arrivedAt?.href).toBe(`${GOODBYE}?state=s-2`);
    await stranger.open(`${gatehouse.issuer}/session/end`);
    expect(stranger.arrivedAt).toBeUndefined();
    expect(stranger.status).toBe(200);
  });

  it('X16 nobody is sent to an address that the client did not register', async () => {
    const { person, tokens } = await signIn();
    for (const evil of ['https://evil.example/', `${GOODBYE}/more`, '//evil.example']) {
      await person.open(endSession({ id_token_hint: tokens.id_token ?? '', post_logout_redirect_uri: evil }));
      expect(person.status).toBe(400);
      expect(person.html).not.toContain('evil.example');
    }
    // Without a client there is nothing to compare with: the address is ignored.
    await person.open(
      `${gatehouse.issuer}/session/end?post_logout_redirect_uri=${encodeURIComponent('https://evil.example/')}`,
    );
    await person.press('Log Out');
    expect(person.arrivedAt).toBeUndefined();
  });

  it('X20 the form’s answer is a page that moves on: our policy lets no form lead to another site', async () => {
    const { person, tokens } = await signIn();
    const query = { id_token_hint: tokens.id_token ?? '', post_logout_redirect_uri: GOODBYE };
    await person.open(endSession(query));
    const xsrf = person.find('[name=xsrf]')?.getAttribute('value') ?? '';
    const answer = await fetch(`${gatehouse.issuer}/session/end/confirm`, {
      method: 'POST',
      headers: { cookie: await person.jar.getCookieString(gatehouse.issuer) },
      body: new URLSearchParams({ logout: 'yes', xsrf }),
      redirect: 'manual',
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('location')).toBeNull();
    const page = await answer.text();
    expect(page).toContain(`content="0;url=${GOODBYE}"`);
    expect(page).toContain(`href="${GOODBYE}"`);
  });

  it('X19 another site can neither end a session nor make a person confirm unseen', async () => {
    const { person, tokens } = await signIn();
    await person.open(endSession({ id_token_hint: tokens.id_token ?? '' }));
    const cookie = await person.jar.getCookieString(`${gatehouse.issuer}/session/end/confirm`);
    const forged = await fetch(`${gatehouse.issuer}/session/end/confirm`, {
      method: 'POST',
      headers: { cookie, origin: 'https://evil.example' },
      body: new URLSearchParams({ logout: 'yes', xsrf: 'guess' }),
      redirect: 'manual',
    });
    expect(forged.status).toBe(400);
    expect(await stillSignedIn(person)).toBe(true);
  });
});
