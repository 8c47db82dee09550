import * as jose from 'jose';
import * as oidc from 'openid-client';
import { basic, payloadOf, post, refreshTokenOf, refusal, tokensFor } from '../support/endpoint.ts';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { API, client, machine, RESOURCES } from '../support/protocol-clients.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { logIn } from '../support/sign-in.ts';
import { TOTP_SECRET, world } from '../support/world.ts';

describe('access tokens for APIs (RFC 8707, RFC 9068)', () => {
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    gatehouse = await startGatehouse({
      bootstrap: world({
        clients: [machine('robot'), client('shop', { first_party: false })],
        resources: [
          ...RESOURCES,
          { indicator: 'https://other.example/', scopes: ['read'], signingAlg: 'EdDSA' },
        ],
      }),
    });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(() => gatehouse.stop());

  const verify = (token: string, audience: string) =>
    jose.jwtVerify(token, jose.createRemoteJWKSet(new URL(`${gatehouse.issuer}/jwks`)), {
      issuer: gatehouse.issuer,
      audience,
      typ: 'at+jwt',
    });
  const robotToken = (fields: Record<string, string> = {}) =>
    post(`${gatehouse.issuer}/token`, { grant_type: 'client_credentials', ...fields }, basic('robot'));

  it('a JWT carries audience, scope, client and how the person signed in, and lives 300 s at most', async () => {
    const tokens = await tokensFor(gatehouse, portal, 'tess@other.example', {
      totpSecret: TOTP_SECRET,
      params: { resource: API, scope: 'openid read' },
    });
    const { payload, protectedHeader } = await verify(tokens.access_token, API);
    expect(protectedHeader.alg).toBe('ES256');
    expect(payload).toMatchObject({
      sub: tokens.claims()?.sub,
      client_id: 'portal',
      scope: 'read',
      acr: 'urn:gatehouse:acr:mfa-app',
      amr: ['pwd', 'otp', 'mfa'],
      auth_time: tokens.claims()?.['auth_time'],
      company_id: 'beta',
      jti: expect.any(String),
    });
    expect(Number(payload.exp) - Number(payload.iat)).toBe(120);
  });

  it('A6 the API learns which company the token is for: the one that was chosen', async () => {
    const { person, pending } = await logIn(gatehouse, portal, 'duo@other.example', {
      params: { resource: API, scope: 'openid read' },
    });
    await person.choose('Acme Builders').press('Continue');
    const tokens = await portal.complete(pending, person.arrivedAt);
    expect(payloadOf(tokens.access_token)['company_id']).toBe('acme');
  });

  it('a refresh may name one of the APIs that were granted, and keeps how the person signed in', async () => {
    const tokens = await tokensFor(gatehouse, portal, 'ada@other.example', {
      params: { resource: API, scope: 'openid read write' },
    });
    const fresh = await oidc.refreshTokenGrant(portal.configuration, refreshTokenOf(tokens), {
      resource: API,
      scope: 'read',
    });
    expect((await verify(fresh.access_token, API)).payload).toMatchObject({
      scope: 'read',
      acr: 'urn:gatehouse:acr:password',
      auth_time: tokens.claims()?.['auth_time'],
    });
    const other = oidc.refreshTokenGrant(portal.configuration, refreshTokenOf(fresh), {
      resource: 'https://other.example/',
    });
    expect(await refusal(other)).toBe('invalid_target');
  });

  it('an unknown API is refused at each entrance: invalid_target', async () => {
    const { url } = await portal.begin({ resource: 'https://unknown.example/' });
    const { headers } = await fetch(url, { redirect: 'manual' });
    expect(headers.get('location')).toContain('error=invalid_target');
    expect((await robotToken({ resource: 'https://unknown.example/' })).body['error']).toBe('invalid_target');
  });

  it('X24 a JWT for one API is for no other, and neither refused nor told of at introspection', async () => {
    const tokens = await tokensFor(gatehouse, portal, 'ada@other.example', {
      params: { resource: API, scope: 'openid read' },
    });
    await expect(verify(tokens.access_token, 'https://other.example/')).rejects.toThrow(/aud/);
    await expect(verify(tokens.id_token ?? '', 'portal')).rejects.toThrow(/typ/);
    const introspected = await post(
      `${gatehouse.issuer}/token/introspection`,
      { token: tokens.access_token },
      basic('portal'),
    );
    expect(introspected.body['active']).not.toBe(true);
  });

  it('client credentials: opaque without an API, a JWT of the API’s algorithm with one', async () => {
    const opaque = await robotToken();
    expect(opaque).toMatchObject({ status: 200, body: { expires_in: 600 } });
    expect(String(opaque.body['access_token'])).not.toContain('.');
    const jwt = await robotToken({ resource: 'https://other.example/', scope: 'read' });
    const { payload, protectedHeader } = await verify(
      String(jwt.body['access_token']),
      'https://other.example/',
    );
    expect(protectedHeader.alg).toBe('EdDSA');
    expect(payload).toMatchObject({ sub: 'robot', client_id: 'robot', scope: 'read' });
    expect(payload['acr']).toBeUndefined();
    expect(jwt.body['expires_in']).toBe(300);
  });

  it('client credentials are for clients that registered the grant, and give no scope the API lacks', async () => {
    const fields = { grant_type: 'client_credentials' };
    const portalTry = await post(`${gatehouse.issuer}/token`, fields, basic('portal'));
    expect(portalTry).toMatchObject({ status: 400 });
    const wide = await robotToken({ resource: API, scope: 'read admin' });
    expect(payloadOf(String(wide.body['access_token'] ?? '{}.e30.'))['scope']).not.toContain('admin');
  });

  it('X22 scopes of an API are consented to by API: consent for one says nothing about the other', async () => {
    const shop = await relyingParty(gatehouse.issuer, { clientId: 'shop', clientSecret: 'shop-secret' });
    const params = { resource: API, scope: 'openid read' };
    const { person } = await logIn(gatehouse, shop, 'ada@other.example', { params });
    await person.press('Accept');
    expect(person.arrivedAt?.searchParams.has('code')).toBe(true);
    const same = await shop.begin({ ...params, prompt: 'none' });
    expect((await person.open(same.url)).arrivedAt?.searchParams.has('code')).toBe(true);
    const other = await shop.begin({ ...params, resource: 'https://other.example/', prompt: 'none' });
    expect((await person.open(other.url)).arrivedAt?.searchParams.get('error')).toBe('consent_required');
  });
});
