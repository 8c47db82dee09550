import * as oidc from 'openid-client';
import { basic, post, refreshTokenOf, refusal, type Tokens, tokensFor } from '../support/endpoint.ts';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { API, client, publicClient, RESOURCES } from '../support/protocol-clients.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { world } from '../support/world.ts';

describe('userinfo, introspection and revocation', () => {
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    gatehouse = await startGatehouse({
      bootstrap: world({
        clients: [client('api'), publicClient('browser-app')],
        resources: RESOURCES,
      }),
    });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(() => gatehouse.stop());

  const userinfo = (token: string) =>
    fetch(`${gatehouse.issuer}/me`, { headers: { authorization: `Bearer ${token}` } });
  const introspect = async (token: string, headers: Record<string, string> = basic('portal')) =>
    (await post(`${gatehouse.issuer}/token/introspection`, { token }, headers)).body;
  const revoke = (token: string, headers: Record<string, string> = basic('portal')) =>
    post(`${gatehouse.issuer}/token/revocation`, { token }, headers);
  const tokens = (scope?: string): Promise<Tokens> =>
    tokensFor(gatehouse, portal, 'ada@other.example', { ...(scope && { params: { scope } }) });

  it('A6 claims come by scope; the company only with the scope `company`', async () => {
    const plain = await tokens('openid');
    const sub = plain.claims()?.sub ?? '';
    const party = portal.configuration;
    expect(await oidc.fetchUserInfo(party, plain.access_token, sub)).toEqual({ sub });
    const email = await oidc.fetchUserInfo(party, (await tokens('openid email')).access_token, sub);
    expect(email).toEqual({ sub, email: 'ada@other.example', email_verified: true });
    const profile = await oidc.fetchUserInfo(party, (await tokens('openid profile')).access_token, sub);
    expect(profile).toMatchObject({ name: 'Ada Example', updated_at: expect.any(Number) });
    expect(profile).not.toHaveProperty('email');
    const company = await oidc.fetchUserInfo(party, (await tokens('openid company')).access_token, sub);
    expect(company).toMatchObject({ sub, company_id: 'beta', company_name: 'Beta Bridges' });
    expect(company).not.toHaveProperty('name');
  });

  it('X24 a JWT of an API and an ID token open nothing at userinfo', async () => {
    const forApi = await tokensFor(gatehouse, portal, 'ada@other.example', {
      params: { resource: API, scope: 'openid read' },
    });
    for (const token of [forApi.access_token, forApi.id_token ?? '', refreshTokenOf(forApi), '']) {
      const answer = await userinfo(token);
      expect([400, 401]).toContain(answer.status);
      expect(await answer.text()).not.toContain('ada@');
    }
    const asRefresh = oidc.refreshTokenGrant(portal.configuration, forApi.access_token);
    expect(await refusal(asRefresh)).toBe('invalid_grant');
  });

  it('introspection tells an API about a token of another client; a public client hears of its own alone', async () => {
    const issued = await tokens();
    expect(await introspect(issued.access_token, basic('api'))).toMatchObject({
      active: true,
      client_id: 'portal',
      sub: issued.claims()?.sub,
      acr: 'urn:gatehouse:acr:password',
    });
    expect(await introspect(refreshTokenOf(issued))).toMatchObject({ active: true });
    expect(await introspect('made-up')).toEqual({ active: false });
    const asPublic = await post(`${gatehouse.issuer}/token/introspection`, {
      token: issued.access_token,
      client_id: 'browser-app',
    });
    expect(asPublic.body).toEqual({ active: false });
    const anonymous = await post(`${gatehouse.issuer}/token/introspection`, { token: issued.access_token });
    expect(anonymous.body['active']).toBeUndefined();
  });

  it('X38 introspection says inactive once everything of the account was ended', async () => {
    const issued = await tokensFor(gatehouse, portal, 'duo@other.example', { params: { company: 'beta' } });
    expect(await introspect(issued.access_token)).toMatchObject({ active: true });
    await gatehouse.accounts.raiseEpoch(issued.claims()?.sub ?? '', 'factor-changed');
    expect(await introspect(issued.access_token)).toEqual({ active: false });
    expect(await introspect(refreshTokenOf(issued))).toEqual({ active: false });
  });

  it('revocation ends a client’s own token with its grant; another client’s request changes nothing', async () => {
    const issued = await tokens();
    expect(await revoke(refreshTokenOf(issued), basic('api'))).toMatchObject({ status: 200 });
    expect(await introspect(refreshTokenOf(issued))).toMatchObject({ active: true });
    expect(await revoke(refreshTokenOf(issued))).toMatchObject({ status: 200 });
    expect(await introspect(refreshTokenOf(issued))).toEqual({ active: false });
    expect((await userinfo(issued.access_token)).status).toBe(401);
    // RFC 7009 2.2: whoever revokes what is gone hears the same.
    expect(await revoke(refreshTokenOf(issued))).toMatchObject({ status: 200 });
    expect(await revoke('made-up')).toMatchObject({ status: 200 });
  });

  it('revoking an access token ends the family it belongs to', async () => {
    const issued = await tokens();
    await revoke(issued.access_token);
    expect((await userinfo(issued.access_token)).status).toBe(401);
    expect(await introspect(refreshTokenOf(issued))).toEqual({ active: false });
  });

  it('revocation and introspection want the client’s authentication', async () => {
    const issued = await tokens();
    expect((await revoke(issued.access_token, basic('portal', 'guess'))).status).toBe(401);
    const anonymous = await post(`${gatehouse.issuer}/token/revocation`, { token: issued.access_token });
    expect(anonymous.status).toBe(400);
    expect((await userinfo(issued.access_token)).status).toBe(200);
  });
});
