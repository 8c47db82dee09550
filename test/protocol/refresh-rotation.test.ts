import * as oidc from 'openid-client';
import { payloadOf, refreshTokenOf, refusal, tokensFor } from '../support/endpoint.ts';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import type { JourneyBrowser } from '../support/journey-browser.ts';
import { client } from '../support/protocol-clients.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { logIn } from '../support/sign-in.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { TOTP_SECRET, world } from '../support/world.ts';

const GRACE_SECONDS = 10;

describe('refresh tokens', () => {
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  let clock: TravellingClock;
  beforeAll(async () => {
    clock = travellingClock();
    gatehouse = await startGatehouse({
      bootstrap: world({ clients: [client('shop', { first_party: false })] }),
      clock,
    });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(async () => {
    await gatehouse.stop();
    clock.restore();
  });

  const refresh = (token: string, party = portal, parameters: Record<string, string> = {}) =>
    oidc.refreshTokenGrant(party.configuration, token, parameters);

  it('W16 each refresh gives a new token; within 10 s the old one gives the same successor again', async () => {
    const first = refreshTokenOf(await tokensFor(gatehouse, portal));
    const second = refreshTokenOf(await refresh(first));
    expect(second).not.toBe(first);
    clock.advance((GRACE_SECONDS - 1) * 1000);
    const again = await refresh(first);
    expect(again.refresh_token).toBe(second);
    // And the successor is as good as if nobody had asked twice.
    expect(refreshTokenOf(await refresh(second))).not.toBe(second);
  });

  it('W16 refreshes at the same time all succeed with one successor', async () => {
    const first = refreshTokenOf(await tokensFor(gatehouse, portal));
    const answers = await Promise.all(Array.from({ length: 4 }, () => refresh(first)));
    const successors = new Set(answers.map(refreshTokenOf));
    expect(successors.size).toBe(1);
    expect(new Set(answers.map((one) => one.access_token)).size).toBe(4);
  });

  it('W16 a late repetition does not bring a successor back to life that was used meanwhile', async () => {
    const first = refreshTokenOf(await tokensFor(gatehouse, portal));
    const second = refreshTokenOf(await refresh(first));
    await refresh(second);
    clock.advance(2_000);
    expect((await refresh(first)).refresh_token).toBe(second);
    clock.advance((GRACE_SECONDS - 1) * 1000);
    expect(await refusal(refresh(second))).toBe('invalid_grant');
  });

  it('X18 a clock that is set back makes no rotated token good again', async () => {
    const first = refreshTokenOf(await tokensFor(gatehouse, portal));
    const second = refreshTokenOf(await refresh(first));
    clock.advance((GRACE_SECONDS + 1) * 1000);
    clock.advance(-3 * 3_600_000);
    try {
      expect(await refusal(refresh(first))).toBe('invalid_grant');
      expect(await refusal(refresh(second))).toBe('invalid_grant');
    } finally {
      clock.advance(3 * 3_600_000);
    }
  });

  it('X18 W16 reuse after the grace kills the whole family, and the person is told by mail', async () => {
    const tokens = await tokensFor(gatehouse, portal);
    const first = refreshTokenOf(tokens);
    const second = await refresh(first);
    clock.advance((GRACE_SECONDS + 1) * 1000);
    const before = (await gatehouse.sentMessages()).length;
    expect(await refusal(refresh(first))).toBe('invalid_grant');
    expect(await refusal(refresh(refreshTokenOf(second)))).toBe('invalid_grant');
    expect(await refusal(refresh(first))).toBe('invalid_grant');
    for (const accessToken of [tokens.access_token, second.access_token]) {
      const answer = await fetch(`${gatehouse.issuer}/me`, {
        headers: { authorization: `Bearer ${accessToken}` },
      });
      expect(answer.status).toBe(401);
    }
    const mails = (await gatehouse.sentMessages()).slice(before);
    expect(mails).toHaveLength(1);
    expect(mails[0]?.to).toBe('ada@other.example');
    expect(mails[0]?.text).toContain('Portal');
    const { items } = await gatehouse.audit.list({ limit: 5 });
    expect(items.map(({ type }) => type)).toContain('refresh-token.reused');
  });

  it('X23 a refresh keeps acr, amr and the time of the first proof', async () => {
    const tokens = await tokensFor(gatehouse, portal, 'tess@other.example', { totpSecret: TOTP_SECRET });
    const before = payloadOf(tokens.id_token ?? '');
    clock.advance(20 * 60_000);
    const after = payloadOf((await refresh(refreshTokenOf(tokens))).id_token ?? '');
    expect(after).toMatchObject({
      auth_time: before['auth_time'],
      acr: 'urn:gatehouse:acr:mfa-app',
      amr: ['pwd', 'otp', 'mfa'],
    });
    expect(Number(after['iat']) - Number(before['iat'])).toBeGreaterThanOrEqual(20 * 60);
  });

  it('offline_access that was dropped at the authorization request is ignored at a refresh, other scopes are refused', async () => {
    const scope = 'openid email offline_access';
    const tokens = await tokensFor(gatehouse, portal, 'ada@other.example', { params: { scope } });
    expect(tokens.scope).toBe('openid email');
    const fresh = await refresh(refreshTokenOf(tokens), portal, { scope });
    expect(fresh.scope).toBe('openid email');
    const more = refresh(refreshTokenOf(fresh), portal, { scope: 'openid email address' });
    expect(await refusal(more)).toBe('invalid_scope');
  });

  it('a third-party client gets a refresh token only for offline_access with consent, and it outlives the session', async () => {
    const shop = await relyingParty(gatehouse.issuer, { clientId: 'shop', clientSecret: 'shop-secret' });
    const consented = async (params: Record<string, string>) => {
      const { person, pending } = await logIn(gatehouse, shop, 'ada@other.example', { params });
      await person.press('Accept');
      return { person, tokens: await shop.complete(pending, person.arrivedAt) };
    };
    expect((await consented({ scope: 'openid' })).tokens.refresh_token).toBeUndefined();
    const offline = await consented({ scope: 'openid offline_access', prompt: 'consent' });
    await logOut(offline.person);
    expect((await refresh(refreshTokenOf(offline.tokens), shop)).access_token).toBeDefined();
  });

  it('B16 without offline_access a refresh token ends with the session', async () => {
    const { person, pending } = await logIn(gatehouse, portal, 'ada@other.example');
    const tokens = await portal.complete(pending, person.arrivedAt);
    await logOut(person);
    expect(await refusal(refresh(refreshTokenOf(tokens)))).toBe('invalid_grant');
  });

  async function logOut(person: JourneyBrowser): Promise<void> {
    await (await person.open(`${gatehouse.issuer}/session/end`)).press('Log Out');
  }
});
