import * as oidc from 'openid-client';
import { refreshTokenOf, refusal } from '../support/endpoint.ts';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { publicClient } from '../support/protocol-clients.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { beginLogIn, logIn, prove } from '../support/sign-in.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { person as entry, TOTP_SECRET, totpCode, world } from '../support/world.ts';

const OWN_SCHEME = 'com.example.app:/cb';
const CLAIMED = 'https://app.example/cb';
const LOOPBACK = 'http://127.0.0.1:51004/cb';
/** The ports are none that were registered: the system gives one at each start (RFC 8252 7.3). */
const REDIRECTS = [
  { client: 'desktop', redirectUri: LOOPBACK, email: 'v4@other.example' },
  { client: 'desktop', redirectUri: 'http://[::1]:61023/cb', email: 'v6@other.example' },
  { client: 'desktop', redirectUri: 'http://localhost:61024/cb', email: 'name@other.example' },
  { client: 'phone', redirectUri: OWN_SCHEME, email: 'scheme@other.example' },
  { client: 'phone', redirectUri: CLAIMED, email: 'claimed@other.example' },
];

describe('an application on a phone or a desk (RFC 8252)', () => {
  let gatehouse: TestGatehouse;
  let clock: TravellingClock;
  beforeAll(async () => {
    clock = travellingClock();
    const native = { application_type: 'native', post_logout_redirect_uris: [] };
    gatehouse = await startGatehouse({
      clock,
      bootstrap: world({
        accounts: REDIRECTS.map(({ email }) =>
          entry(email, 'Nat Native', ['gamma'], { totpSecret: TOTP_SECRET }),
        ),
        clients: [
          publicClient('phone', { ...native, redirect_uris: [OWN_SCHEME, CLAIMED] }),
          publicClient('desktop', {
            ...native,
            first_party: false,
            redirect_uris: ['http://127.0.0.1/cb', 'http://[::1]/cb', 'http://localhost/cb'],
          }),
          publicClient('desk-by-number', { ...native, redirect_uris: ['http://127.0.0.1/cb'] }),
        ],
      }),
    });
  });
  afterAll(async () => {
    await gatehouse.stop();
    clock.restore();
  });

  const app = (clientId: string, redirectUri: string): Promise<RelyingParty> =>
    relyingParty(gatehouse.issuer, {
      clientId,
      redirectUri,
      scope: 'openid offline_access',
      authentication: oidc.None(),
    });

  it.each(
    REDIRECTS,
  )('B17 W16 logs in through the same pages with a second factor, back to $redirectUri; its refresh tokens rotate', async ({
    client,
    redirectUri,
    email,
  }) => {
    const party = await app(client, redirectUri);
    const { person, pending } = await beginLogIn(gatehouse, party, { params: { prompt: 'consent' } });
    expect(person.title).toBe('Log in to Gatehouse');
    await prove(person, email);
    expect(person.title).toBe('Verify Your Identity');
    await person.fill('Enter Your 6-digit Verification Code', await totpCode(clock.now())).press('Continue');
    expect(person.title).toBe(`The ${client} wants to access your account`);
    await person.press('Accept');
    expect(person.arrivedAt?.href.replace(/\?.*/, '')).toBe(redirectUri);

    const tokens = await party.complete(pending, person.arrivedAt);
    expect(tokens.claims()).toMatchObject({ acr: 'urn:gatehouse:acr:mfa-app', amr: ['pwd', 'otp', 'mfa'] });
    const first = refreshTokenOf(tokens);
    const second = refreshTokenOf(await oidc.refreshTokenGrant(party.configuration, first));
    expect(second).not.toBe(first);
    // A copy that a thief took from the device ends both.
    clock.advance(11_000);
    expect(await refusal(oidc.refreshTokenGrant(party.configuration, first))).toBe('invalid_grant');
    expect(await refusal(oidc.refreshTokenGrant(party.configuration, second))).toBe('invalid_grant');
  });

  it.each([
    ['desktop', 'http://127.0.0.1:51004/other'],
    ['desktop', 'http://127.0.0.1:51004/cb/'],
    ['desktop', 'http://127.0.0.1:51004/cb?next=1'],
    ['desktop', 'http://127.0.0.1:51004/cb/../evil'],
    ['desktop', 'https://127.0.0.1:51004/cb'],
    ['desktop', 'http://127.0.0.2:51004/cb'],
    ['desktop', 'http://0.0.0.0:51004/cb'],
    ['desktop', 'http://evil@127.0.0.1:51004/cb'],
    ['desktop', 'http://127.0.0.1:51004@evil.example/cb'],
    ['desktop', 'http://127.0.0.1.evil.example/cb'],
    ['desktop', 'http://localhost.evil.example/cb'],
    ['desktop', OWN_SCHEME],
    ['desk-by-number', 'http://localhost:51004/cb'],
    ['desk-by-number', 'http://[::1]:51004/cb'],
    ['phone', 'com.example.app:/other'],
    ['phone', 'com.example.app://evil.example/cb'],
    ['phone', 'com.example.app.evil:/cb'],
    ['phone', LOOPBACK],
    ['phone', 'https://app.example:8443/cb'],
    ['phone', 'http://app.example/cb'],
    ['portal', 'http://127.0.0.1:51004/callback'],
  ])('B17 X16 %s gets nothing at %s: a page of ours says so', async (client, redirectUri) => {
    const { person } = await beginLogIn(gatehouse, await app(client, redirectUri));
    expect([person.status, person.arrivedAt, person.url.origin]).toEqual([400, undefined, gatehouse.issuer]);
    expect(person.hasLabel('Email')).toBe(false);
  });

  it('B17 X17 a code that another program caught is worth nothing without the verifier, nor at another port', async () => {
    const caught = await arrival();
    for (const pkceCodeVerifier of [undefined, oidc.randomPKCECodeVerifier()]) {
      const stolen = await arrival();
      const checks = { expectedState: stolen.pending.state, expectedNonce: stolen.pending.nonce };
      const redeemed = oidc.authorizationCodeGrant(stolen.party.configuration, stolen.arrivedAt, {
        ...checks,
        ...(pkceCodeVerifier && { pkceCodeVerifier }),
      });
      expect(await refusal(redeemed)).toBe('invalid_grant');
    }
    const elsewhere = new URL(caught.arrivedAt);
    elsewhere.port = '51005';
    expect(await refusal(caught.party.complete(caught.pending, elsewhere))).toBe('invalid_grant');
  });

  it('B17 X17 an application that sends no challenge, or a plain one, is sent back with an error', async () => {
    const party = await app('desktop', LOOPBACK);
    for (const spoil of [
      (url: URL) => url.searchParams.delete('code_challenge'),
      (url: URL) => url.searchParams.set('code_challenge_method', 'plain'),
    ]) {
      const { url } = await party.begin();
      spoil(url);
      const { person } = await beginLogIn(gatehouse, party);
      await person.open(url);
      expect(person.arrivedAt?.searchParams.get('error')).toBe('invalid_request');
    }
  });

  it.each([
    { client: 'desktop', redirectUri: LOOPBACK, silent: false },
    { client: 'desk-by-number', redirectUri: LOOPBACK, silent: false },
    { client: 'phone', redirectUri: OWN_SCHEME, silent: false },
    { client: 'phone', redirectUri: CLAIMED, silent: true },
  ])('B17 who is signed in is asked before $client gets another code at $redirectUri, except where the address is claimed: $silent', async ({
    client,
    redirectUri,
    silent,
  }) => {
    const party = await app(client, redirectUri);
    const { person } = await logIn(gatehouse, party, 'ada@other.example');
    if (!person.arrivedAt) await person.press('Accept');
    expect(person.arrivedAt?.searchParams.has('code')).toBe(true);
    await person.open((await party.begin({ prompt: 'none' })).url);
    expect([person.arrivedAt?.searchParams.has('code'), person.arrivedAt?.searchParams.get('error')]).toEqual(
      silent ? [true, null] : [false, 'consent_required'],
    );
    await person.open((await party.begin()).url);
    if (!silent) {
      expect(person.title).toBe(`The ${client} wants to access your account`);
      await person.press('Accept');
    }
    expect(person.arrivedAt?.searchParams.has('code')).toBe(true);
  });

  /** With a code at the port where the desktop application listens. */
  async function arrival() {
    const party = await app('desktop', LOOPBACK);
    const { person, pending } = await logIn(gatehouse, party, 'ada@other.example');
    if (!person.arrivedAt) await person.press('Accept');
    if (!person.arrivedAt) throw new Error('no code');
    return { party, pending, arrivedAt: person.arrivedAt };
  }
});
