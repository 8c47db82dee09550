import * as jose from 'jose';
import * as oidc from 'openid-client';
import { basic, post, refreshTokenOf, tokensFor } from '../support/endpoint.ts';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { client, publicClient } from '../support/protocol-clients.ts';
import { relyingParty } from '../support/relying-party.ts';
import { world } from '../support/world.ts';

const ODD_ID = 'odd id:1%';
const ODD_SECRET = 'se+cret: 100% & ümläut';
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

describe('client authentication', () => {
  let gatehouse: TestGatehouse;
  let keys: jose.GenerateKeyPairResult;
  beforeAll(async () => {
    keys = await jose.generateKeyPair('ES256', { extractable: true });
    const jwk = { ...(await jose.exportJWK(keys.publicKey)), kid: 'one', alg: 'ES256', use: 'sig' };
    gatehouse = await startGatehouse({
      bootstrap: world({
        clients: [
          { ...client('odd'), client_id: ODD_ID, client_secret: encodeURIComponent(ODD_SECRET) },
          client('poster', { token_endpoint_auth_method: 'client_secret_post' }),
          publicClient('browser-app'),
          {
            ...publicClient('signer', { jwks: { keys: [jwk] } }),
            token_endpoint_auth_method: 'private_key_jwt',
          },
        ],
      }),
    });
  });
  afterAll(() => gatehouse.stop());

  const token = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
    post(`${gatehouse.issuer}/token`, fields, headers);

  it('client_secret_basic takes form-encoded names and secrets (RFC 6749 2.3.1)', async () => {
    const party = await relyingParty(gatehouse.issuer, {
      clientId: ODD_ID,
      clientSecret: encodeURIComponent(ODD_SECRET),
      authentication: oidc.ClientSecretBasic(encodeURIComponent(ODD_SECRET)),
    });
    const tokens = await tokensFor(gatehouse, party);
    expect(tokens.claims()?.aud).toBe(ODD_ID);
  });

  it('client_secret_post, none and private_key_jwt each work for the client that registered them', async () => {
    const ways: [string, oidc.ClientAuth][] = [
      ['poster', oidc.ClientSecretPost('poster-secret')],
      ['browser-app', oidc.None()],
      ['signer', oidc.PrivateKeyJwt({ key: keys.privateKey, kid: 'one' })],
    ];
    for (const [clientId, authentication] of ways) {
      const party = await relyingParty(gatehouse.issuer, { clientId, authentication });
      const tokens = await tokensFor(gatehouse, party);
      const fresh = await oidc.refreshTokenGrant(party.configuration, refreshTokenOf(tokens));
      expect(fresh.access_token).toBeDefined();
    }
  });

  it('X18 a refresh without, with wrong or with another client’s authentication is refused and harms nothing', async () => {
    const party = await relyingParty(gatehouse.issuer);
    const fields = {
      grant_type: 'refresh_token',
      refresh_token: refreshTokenOf(await tokensFor(gatehouse, party)),
    };
    expect(await token(fields)).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    expect(await token({ ...fields, client_id: 'portal' })).toMatchObject({ status: 401 });
    expect(await token(fields, basic('portal', 'guess'))).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
    expect(await token({ ...fields, client_id: 'browser-app' })).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });
    expect(await token(fields, basic('portal'))).toMatchObject({ status: 200 });
  });

  it('X18 an assertion is good once, for this server and for its own client', async () => {
    const assertion = async (claims: jose.JWTPayload = {}) =>
      new jose.SignJWT({ jti: crypto.randomUUID(), ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: 'one' })
        .setIssuer('signer')
        .setSubject(String(claims.sub ?? 'signer'))
        .setAudience(String(claims.aud ?? gatehouse.issuer))
        .setExpirationTime('1m')
        .sign(keys.privateKey);
    const tryIt = async (client_assertion: string) =>
      (
        await token({
          grant_type: 'refresh_token',
          refresh_token: 'none',
          client_assertion_type: ASSERTION_TYPE,
          client_assertion,
        })
      ).body['error'];
    const good = await assertion();
    // Authenticated; the token is what it then lacks.
    expect(await tryIt(good)).toBe('invalid_grant');
    expect(await tryIt(good)).toBe('invalid_client');
    expect(await tryIt(await assertion({ aud: 'https://elsewhere.example' }))).toBe('invalid_client');
    expect(await tryIt(await assertion({ sub: 'portal' }))).toBe('invalid_client');
  });

  it('ReplayDetection is insert-only: one of many uses of an assertion at the same time counts', async () => {
    const assertion = await new jose.SignJWT({ jti: 'at-once' })
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .setIssuer('signer')
      .setSubject('signer')
      .setAudience(gatehouse.issuer)
      .setExpirationTime('1m')
      .sign(keys.privateKey);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        token({
          grant_type: 'refresh_token',
          refresh_token: 'none',
          client_assertion_type: ASSERTION_TYPE,
          client_assertion: assertion,
        }),
      ),
    );
    const errors = answers.map(({ body }) => body['error']).sort();
    expect(errors).toEqual([...Array(7).fill('invalid_client'), 'invalid_grant']);
  });
});
