import * as jose from 'jose';
import * as oidc from 'openid-client';
import { AppError } from '#kernel';
import { basic, post, refreshTokenOf, refusal, tokensFor } from '../support/endpoint.ts';
import { createGatedEngine } from '../support/gated-engine.ts';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { publicClient } from '../support/protocol-clients.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { logIn } from '../support/sign-in.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { world } from '../support/world.ts';

describe('two token requests at the same time', () => {
  const engine = createGatedEngine();
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  let clock: TravellingClock;
  let signer: jose.GenerateKeyPairResult;
  beforeAll(async () => {
    clock = travellingClock();
    signer = await jose.generateKeyPair('ES256', { extractable: true });
    const jwk = { ...(await jose.exportJWK(signer.publicKey)), alg: 'ES256', use: 'sig' };
    gatehouse = await startGatehouse({
      bootstrap: world({
        clients: [
          {
            ...publicClient('signer', { jwks: { keys: [jwk] } }),
            token_endpoint_auth_method: 'private_key_jwt',
          },
        ],
      }),
      clock,
      wrapEngine: engine.wrap,
    });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(async () => {
    await gatehouse.stop();
    clock.restore();
  });

  const refresh = (token: string) => oidc.refreshTokenGrant(portal.configuration, token);

  it('X17 one of two redemptions of a code succeeds, and what it got dies with the other', async () => {
    const { person, pending } = await logIn(gatehouse, portal, 'ada@other.example');
    const redeem = () => portal.complete(pending, person.arrivedAt);
    const firstConsumes = engine.hold('oidc-authorization-code', 'replace');
    const winner = redeem();
    await firstConsumes.reached;
    engine.forget('oidc-grant');
    const secondReadsGrant = engine.hold('oidc-grant', 'get');
    const loser = refusal(redeem());
    await secondReadsGrant.reached;
    secondReadsGrant.open();
    firstConsumes.open();
    const tokens = await winner;
    expect(await loser).toBe('invalid_grant');
    expect(await refusal(refresh(refreshTokenOf(tokens)))).toBe('invalid_grant');
    const me = await fetch(`${gatehouse.issuer}/me`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect(me.status).toBe(401);
  });

  it('X17 A17 attack: a switch of company that is redeemed twice gives neither of the two anything', async () => {
    const { person, pending } = await logIn(gatehouse, portal, 'duo@other.example', {
      params: { company: 'beta' },
    });
    const redeem = () => portal.complete(pending, person.arrivedAt);
    const firstConsumes = engine.hold('oidc-authorization-code', 'replace');
    const winner = refusal(redeem());
    await firstConsumes.reached;
    engine.forget('oidc-session');
    const firstTakes = engine.hold('oidc-session', 'find');
    firstConsumes.open();
    await firstTakes.reached;
    expect(await refusal(redeem())).toBe('invalid_grant');
    firstTakes.open();
    expect(await winner).toBe('invalid_grant');
  });

  it('W16 two refreshes that read the same token both succeed, with one successor', async () => {
    const first = refreshTokenOf(await tokensFor(gatehouse, portal));
    const firstConsumes = engine.hold('oidc-refresh-token', 'replace');
    const one = refresh(first);
    await firstConsumes.reached;
    engine.forget('oidc-grant');
    const secondReadsGrant = engine.hold('oidc-grant', 'get');
    const two = refresh(first);
    await secondReadsGrant.reached;
    secondReadsGrant.open();
    firstConsumes.open();
    expect((await two).refresh_token).toBe((await one).refresh_token);
  });

  it('what a refresh issues is written at the same time, and nothing is answered before all of it is', async () => {
    const first = refreshTokenOf(await tokensFor(gatehouse, portal));
    const writes = [engine.hold('oidc-refresh-token', 'insert'), engine.hold('oidc-access-token', 'put')];
    let isAnswered = false;
    const running = refresh(first).finally(() => {
      isAnswered = true;
    });
    for (const write of writes) {
      await write.reached;
      // The answer of another request shows that this one had its time.
      await fetch(`${gatehouse.issuer}/jwks`);
      expect(isAnswered).toBe(false);
    }
    for (const write of writes) write.open();
    const { access_token } = await running;
    const me = await fetch(`${gatehouse.issuer}/me`, {
      headers: { authorization: `Bearer ${access_token}` },
    });
    expect(me.status).toBe(200);
  });

  it('a token that could not be written is not handed out: the client is told to come again', async () => {
    const refresh_token = refreshTokenOf(await tokensFor(gatehouse, portal));
    const write = engine.hold('oidc-access-token', 'put');
    const running = post(
      `${gatehouse.issuer}/token`,
      { grant_type: 'refresh_token', refresh_token },
      basic('portal'),
    );
    await write.reached;
    write.fail(new AppError('storage.unavailable', 503));
    const { status, headers, body } = await running;
    expect([status, headers.get('retry-after')]).toEqual([503, '5']);
    expect(body).toEqual({ error: 'temporarily_unavailable', error_description: expect.any(String) });
  });

  it('W16 X18 a slow refresh doesn’t erase that its successor was used: reuse is still noticed', async () => {
    const first = refreshTokenOf(await tokensFor(gatehouse, portal));
    const slowWrites = engine.hold('oidc-refresh-token', 'insert');
    const slow = refresh(first);
    await slowWrites.reached;
    const second = refreshTokenOf(await refresh(first));
    const third = refreshTokenOf(await refresh(second));
    slowWrites.open();
    expect((await slow).refresh_token).toBe(second);
    clock.advance(11_000);
    expect(await refusal(refresh(second))).toBe('invalid_grant');
    expect(await refusal(refresh(third))).toBe('invalid_grant');
  });

  it('X38 a refresh that runs while everything of the account ends gives nothing that lasts', async () => {
    const tokens = await tokensFor(gatehouse, portal, 'duo@other.example', { params: { company: 'beta' } });
    const writes = engine.hold('oidc-refresh-token', 'insert');
    const running = refresh(refreshTokenOf(tokens));
    await writes.reached;
    await gatehouse.accounts.raiseEpoch(tokens.claims()?.sub ?? '', 'password-changed');
    writes.open();
    const late = await running;
    expect(await refusal(refresh(refreshTokenOf(late)))).toBe('invalid_grant');
    const me = await fetch(`${gatehouse.issuer}/me`, {
      headers: { authorization: `Bearer ${late.access_token}` },
    });
    expect(me.status).toBe(401);
  });

  it('X18 of two uses of one assertion that both found it unused, one counts', async () => {
    const client_assertion = await new jose.SignJWT({ jti: 'one' })
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer('signer')
      .setSubject('signer')
      .setAudience(gatehouse.issuer)
      .setExpirationTime('1m')
      .sign(signer.privateKey);
    const use = async () => {
      const fields = {
        grant_type: 'refresh_token',
        refresh_token: 'none',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion,
      };
      return (await post(`${gatehouse.issuer}/token`, fields)).body['error'];
    };
    const gates = [engine.hold('oidc-replay-detection', 'insert')];
    const uses = [use()];
    await gates[0]?.reached;
    gates.push(engine.hold('oidc-replay-detection', 'insert'));
    uses.push(use());
    await gates[1]?.reached;
    for (const gate of gates) gate.open();
    // Authenticated once: only then the token is looked for.
    expect((await Promise.all(uses)).sort()).toEqual(['invalid_client', 'invalid_grant']);
  });

  it('X18 a client whose secret is wrong cannot use up a code', async () => {
    const { person, pending } = await logIn(gatehouse, portal, 'ada@other.example');
    const fields = {
      grant_type: 'authorization_code',
      code: person.arrivedAt?.searchParams.get('code') ?? '',
      redirect_uri: 'http://127.0.0.1:9/callback',
      code_verifier: pending.codeVerifier,
    };
    expect((await post(`${gatehouse.issuer}/token`, fields, basic('portal', 'guess'))).status).toBe(401);
    expect((await portal.complete(pending, person.arrivedAt)).access_token).toBeDefined();
  });
});
