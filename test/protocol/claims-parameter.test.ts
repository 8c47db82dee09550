import * as oidc from 'openid-client';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { client } from '../support/protocol-clients.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { logIn } from '../support/sign-in.ts';
import { world } from '../support/world.ts';

describe('the claims parameter (OIDC Core 5.5)', () => {
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    gatehouse = await startGatehouse({
      bootstrap: world({ clients: [client('shop', { first_party: false })] }),
    });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(() => gatehouse.stop());

  const asking = (claims: object) => ({ scope: 'openid', claims: JSON.stringify(claims) });

  it('puts each claim where it was asked for', async () => {
    const params = asking({ id_token: { email: null }, userinfo: { name: { essential: true } } });
    const { person, pending } = await logIn(gatehouse, portal, 'ada@other.example', { params });
    const tokens = await portal.complete(pending, person.arrivedAt);
    expect(tokens.claims()).toMatchObject({ email: 'ada@other.example' });
    expect(tokens.claims()).not.toHaveProperty('name');
    const sub = tokens.claims()?.sub ?? '';
    const userinfo = await oidc.fetchUserInfo(portal.configuration, tokens.access_token, sub);
    expect(userinfo).toEqual({ sub, name: 'Ada Example' });
  });

  it('X22 a third party that asks for a claim by name needs consent for it, shown as such', async () => {
    const shop = await relyingParty(gatehouse.issuer, { clientId: 'shop', clientSecret: 'shop-secret' });
    const { person } = await logIn(gatehouse, shop, 'ada@other.example', { params: { scope: 'openid' } });
    expect(person.text).not.toContain('email address');
    await person.press('Accept');
    const silent = await shop.begin({ ...asking({ userinfo: { email: null } }), prompt: 'none' });
    await person.open(silent.url);
    expect(person.arrivedAt?.searchParams.get('error')).toBe('consent_required');
    const asked = await shop.begin(asking({ userinfo: { email: null } }));
    await person.open(asked.url);
    expect(person.text).toContain('email address');
    await person.press('Accept');
    const tokens = await shop.complete(asked, person.arrivedAt);
    const userinfo = await oidc.fetchUserInfo(
      shop.configuration,
      tokens.access_token,
      tokens.claims()?.sub ?? '',
    );
    expect(userinfo['email']).toBe('ada@other.example');
  });
});
