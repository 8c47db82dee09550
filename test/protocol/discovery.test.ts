import { request } from 'node:http';
import * as jose from 'jose';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { world } from '../support/world.ts';

describe('what the server says of itself', () => {
  let gatehouse: TestGatehouse;
  beforeAll(async () => {
    gatehouse = await startGatehouse({ bootstrap: world() });
  });
  afterAll(() => gatehouse.stop());

  const discovery = async () =>
    (await (await fetch(`${gatehouse.issuer}/.well-known/openid-configuration`)).json()) as Record<
      string,
      unknown
    >;

  it('discovery names endpoints below the issuer, PKCE S256 only, `iss` in answers and the acr ladder', async () => {
    const metadata = await discovery();
    expect(metadata).toMatchObject({
      issuer: gatehouse.issuer,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      claims_parameter_supported: true,
      backchannel_logout_supported: true,
      id_token_signing_alg_values_supported: ['EdDSA', 'ES256', 'RS256'],
      ui_locales_supported: ['en', 'fr'],
    });
    expect(metadata['acr_values_supported']).toEqual(
      expect.arrayContaining([
        'urn:gatehouse:acr:password',
        'urn:gatehouse:acr:sso',
        'urn:gatehouse:acr:mfa',
        'urn:gatehouse:acr:mfa-app',
        'phr',
      ]),
    );
    expect(metadata['registration_endpoint']).toBeUndefined();
    for (const [name, value] of Object.entries(metadata)) {
      if (name.endsWith('_endpoint') || name === 'jwks_uri')
        expect(String(value).startsWith(`${gatehouse.issuer}/`)).toBe(true);
    }
  });

  it('JWKS holds one public key per algorithm and nothing private', async () => {
    const { keys } = (await (await fetch(`${gatehouse.issuer}/jwks`)).json()) as jose.JSONWebKeySet;
    expect(keys.map(({ alg, use }) => `${alg} ${use}`).sort()).toEqual([
      'ES256 sig',
      'EdDSA sig',
      'RS256 sig',
    ]);
    for (const key of keys) {
      expect(key.kid).toBe(await jose.calculateJwkThumbprint(key));
      for (const part of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) expect(key).not.toHaveProperty(part);
    }
  });

  it('X27 a foreign Host never reaches the metadata: 421', async () => {
    const answer = await withHeaders(gatehouse.issuer, { host: 'evil.example' });
    expect(answer.status).toBe(421);
    expect(answer.text).not.toContain('evil.example');
  });

  it('X46 forwarding headers of a stranger change neither issuer nor endpoints', async () => {
    const answer = await withHeaders(gatehouse.issuer, {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      forwarded: 'host=evil.example;proto=https',
    });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toEqual(await discovery());
  });

  it('metadata that is said again is what was said first, and another origin hears its own name', async () => {
    for (const path of ['/.well-known/openid-configuration', '/jwks']) {
      const url = `${gatehouse.issuer}${path}`;
      await fetch(url);
      const [first, again] = [await fetch(`${url}?fresh`), await fetch(url)];
      const heard = ({ headers }: Response) =>
        ['content-type', 'cache-control', 'vary', 'access-control-allow-origin'].map((name) =>
          headers.get(name),
        );
      expect(heard(again)).toEqual(heard(first));
      expect(heard(again)[1]).toBe('public, max-age=600');
      expect(await again.text()).toBe(await first.text());
      const other = await fetch(url, { headers: { origin: 'https://app.example' } });
      expect(other.headers.get('access-control-allow-origin')).toBe('https://app.example');
    }
  });

  it('X20 X17 every answer of the protocol forbids framing and sends no referrer', async () => {
    for (const path of [
      '/.well-known/openid-configuration',
      '/jwks',
      '/auth?client_id=nobody',
      '/session/end',
    ]) {
      const { headers } = await fetch(`${gatehouse.issuer}${path}`, { redirect: 'manual' });
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    }
  });
});

/** fetch refuses to send another Host. */
function withHeaders(
  issuer: string,
  headers: Record<string, string>,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(`${issuer}/.well-known/openid-configuration`, { headers }, (answer) => {
      let text = '';
      answer.on('data', (part) => {
        text += part;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    sent.on('error', reject).end();
  });
}
