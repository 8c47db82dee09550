import { basic, post } from '../support/endpoint.ts';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { API, machine, RESOURCES } from '../support/protocol-clients.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { world } from '../support/world.ts';

describe('parameters of the protocol and of mailed links that somebody spoiled', () => {
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    gatehouse = await startGatehouse({
      bootstrap: world({ clients: [machine('robot')], resources: RESOURCES }),
    });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(() => gatehouse.stop());

  const open = (path: string | URL) =>
    fetch(new URL(path, gatehouse.issuer), { redirect: 'manual', headers: { accept: 'text/html' } });

  it('X40 a client_id that no storage can hold is an unknown client', async () => {
    const { url } = await portal.begin({ client_id: 'por\0tal' });
    const answer = await open(url);
    expect([answer.status, await answer.text()]).toEqual([
      400,
      expect.stringContaining('Unknown application'),
    ]);
    const fields = { grant_type: 'authorization_code', client_id: '\0', code: 'x' };
    expect(await post(`${gatehouse.issuer}/token`, fields)).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
  });

  it('X40 a resource that no storage can hold is an unknown API', async () => {
    const fields = { grant_type: 'client_credentials', resource: `${API}\0` };
    expect(await post(`${gatehouse.issuer}/token`, fields, basic('robot'))).toMatchObject({
      status: 400,
      body: { error: 'invalid_target' },
    });
  });

  it.each([
    ['%0a'],
    ['%00'],
    ['%C3%A9'],
    ['x;Path=/'],
    ['A'.repeat(44)],
  ])('W6 the reset token "%s" is none of ours: the page says so and offers a new link', async (token) => {
    const answer = await open(`/reset-password?token=${token}`);
    expect([answer.status, answer.headers.getSetCookie().join()]).toEqual([
      410,
      expect.not.stringContaining('gh_reset'),
    ]);
    expect(await answer.text()).toContain('/forgot-password');
  });

  it('X21 an address that nobody registered never joins the policy of an error page', async () => {
    for (const redirect_uri of ['https://evil.example/in', 'https://evil.example/$&']) {
      const { url } = await portal.begin({ redirect_uri, response_mode: 'form_post' });
      const answer = await open(url);
      expect(answer.status).toBe(400);
      expect(answer.headers.get('content-security-policy')).not.toContain('evil.example');
    }
  });

  it('X45 keys and metadata may be cached, errors beside them may not', async () => {
    const cached = async (path: string) => {
      const { status, headers } = await open(path);
      return [status, headers.get('cache-control')];
    };
    for (const path of ['/jwks', '/.well-known/openid-configuration'])
      expect(await cached(path)).toEqual([200, 'public, max-age=600']);
    expect(await cached('/.well-known/nothing')).toEqual([404, 'no-store']);
  });
});
