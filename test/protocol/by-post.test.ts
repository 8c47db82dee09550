import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { logIn } from '../support/sign-in.ts';
import { world } from '../support/world.ts';

const GOODBYE = 'http://127.0.0.1:9/goodbye';

describe('parameters by POST', () => {
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    gatehouse = await startGatehouse({ bootstrap: world() });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(() => gatehouse.stop());

  /** What a form on the relying party's page does; resolves with where it leads. */
  async function post(path: string, fields: URLSearchParams): Promise<Response> {
    return fetch(new URL(path, gatehouse.issuer), {
      method: 'POST',
      body: fields,
      redirect: 'manual',
      headers: { origin: 'http://127.0.0.1:9', 'sec-fetch-site': 'cross-site' },
    });
  }

  it('an authorization request is taken as by GET (OIDC Core 3.1.2.1)', async () => {
    const pending = await portal.begin();
    const answer = await post('/auth', pending.url.searchParams);
    expect(answer.status).toBe(303);
    const person = await new JourneyBrowser([gatehouse.issuer]).open(
      new URL(answer.headers.get('location') ?? '', gatehouse.issuer),
    );
    expect(person.hasLabel('Email')).toBe(true);
  });

  it('B16 a log-out request keeps its state and registered address (RP-Initiated Logout 2)', async () => {
    const { person, pending } = await logIn(gatehouse, portal, 'ada@other.example');
    const tokens = await portal.complete(pending, person.arrivedAt);
    const fields = { id_token_hint: tokens.id_token ?? '', post_logout_redirect_uri: GOODBYE, state: 'kept' };
    const answer = await post('/session/end', new URLSearchParams(fields));
    await person.open(new URL(answer.headers.get('location') ?? '', gatehouse.issuer));
    await person.press('Log Out');
    expect(person.arrivedAt?.href).toBe(`${GOODBYE}?state=kept`);
  });

  it('B16 whoever stays logged in is told so', async () => {
    const { person } = await logIn(gatehouse, portal, 'ada@other.example');
    await person.open(`${gatehouse.issuer}/session/end`);
    await person.press('Stay Logged In');
    expect(person.title).toBe('You are still logged in');
    await person.open((await portal.begin({ prompt: 'none' })).url);
    expect(person.arrivedAt?.searchParams.has('code')).toBe(true);
  });
});
