import * as oidc from 'openid-client';
import { basic, post } from '../support/endpoint.ts';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { client } from '../support/protocol-clients.ts';
import { REDIRECT_URI, type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { prove } from '../support/sign-in.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { world } from '../support/world.ts';

describe('pushed authorization requests (RFC 9126)', () => {
  let gatehouse: TestGatehouse;
  let pusher: RelyingParty;
  let clock: TravellingClock;
  beforeAll(async () => {
    clock = travellingClock();
    gatehouse = await startGatehouse({
      bootstrap: world({
        clients: [client('pusher', { require_pushed_authorization_requests: true, first_party: false })],
      }),
      clock,
    });
    pusher = await relyingParty(gatehouse.issuer, { clientId: 'pusher', clientSecret: 'pusher-secret' });
  });
  afterAll(async () => {
    await gatehouse.stop();
    clock.restore();
  });

  const browser = () => new JourneyBrowser([gatehouse.issuer]);

  /** A request whose parameters the browser never sees; consent is asked each time, whoever gave it before. */
  async function push(params: Record<string, string> = {}) {
    const claims = JSON.stringify({ id_token: { email: null } });
    const pending = await pusher.begin({ claims, prompt: 'consent', ...params });
    const pushed = Object.fromEntries(pending.url.searchParams);
    const url = await oidc.buildAuthorizationUrlWithPAR(pusher.configuration, pushed);
    return { ...pending, url };
  }

  it('a pushed request is answered; its address carries nothing but the client and a reference', async () => {
    const pending = await push();
    expect([...pending.url.searchParams.keys()].sort()).toEqual(['client_id', 'request_uri']);
    const person = await browser().open(pending.url);
    await prove(person, 'ada@other.example');
    await person.press('Accept');
    expect((await pusher.complete(pending, person.arrivedAt)).claims()?.['email']).toBe('ada@other.example');
  });

  it('the client has to push, with its authentication and a redirect URI of its own', async () => {
    const { url } = await pusher.begin();
    const direct = await fetch(url, { redirect: 'manual' });
    expect(direct.headers.get('location')).toContain('error=invalid_request');
    const fields = { ...Object.fromEntries(url.searchParams) };
    const push = (more: Record<string, string>, headers = basic('pusher')) =>
      post(`${gatehouse.issuer}/request`, { ...fields, ...more }, headers);
    expect((await push({}, basic('pusher', 'guess'))).status).toBe(401);
    expect((await push({ redirect_uri: `${REDIRECT_URI}/evil` })).status).toBe(400);
    expect((await push({ code_challenge_method: 'plain' })).body['error']).toBe('invalid_request');
    expect((await push({})).status).toBe(201);
  });

  it('a reference is good for one minute and one answer', async () => {
    const pending = await push();
    const person = await browser().open(pending.url);
    await prove(person, 'ada@other.example');
    await person.press('Accept');
    await person.open(pending.url);
    expect(person.arrivedAt?.searchParams.get('error')).toBe('invalid_request_uri');
    const late = await push();
    clock.advance(61_000);
    const other = await browser().open(late.url);
    expect(other.arrivedAt?.searchParams.get('error')).toBe('invalid_request_uri');
  });

  it('W4 a pushed request that was left lying starts again at the first page of its journey, and at a later one', async () => {
    for (const left of ['Email', 'Accept']) {
      const pending = await push({ scope: left === 'Email' ? 'openid' : 'openid profile' });
      const person = await browser().open(pending.url);
      if (left === 'Accept') await prove(person, 'ada@other.example');
      clock.advance(2 * 3_600_000);
      if (left === 'Accept') await person.press('Accept');
      else await person.fill('Email', 'ada@other.example').press('Continue');
      expect(person.status).toBe(200);
      expect(person.arrivedAt).toBeUndefined();
      if (person.hasLabel('Email')) await person.fill('Email', 'ada@other.example').press('Continue');
      if (person.hasLabel('Password')) await person.fill('Password', 'Correct-Horse-7').press('Continue');
      await person.press('Accept');
      const claims = (await pusher.complete(pending, person.arrivedAt)).claims();
      expect(claims?.['email']).toBe('ada@other.example');
    }
  });
});
