import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkClient, checkResource, clientSchema, resourceSchema } from '#clients';
import { createDirectory } from '../support/directory.ts';

const options = { issuer: 'https://login.example', production: true };
const web = { client_id: 'portal', client_secret: 's3cret', redirect_uris: ['https://portal.example/cb'] };
const fields = (metadata: object, more: object = {}) =>
  checkClient({ ...web, ...metadata }, { ...options, ...more }).map(({ field }) => field);

describe('redirect URIs', () => {
  it.each([
    'https://portal.example/cb',
    'https://portal.example/cb?tenant=1',
    'http://localhost:3001/cb',
    'http://127.0.0.1/cb',
    'http://[::1]:8080/',
  ])('X16 allows %s', (uri) => {
    expect(checkClient({ ...web, redirect_uris: [uri] }, options)).toEqual([]);
  });

  it.each([
    '/cb',
    '//evil.example/cb',
    'portal.example/cb',
    'https://portal.example/cb#x',
    'https://portal.example/cb#',
    'https://*.portal.example/cb',
    'https://portal.example/*',
    'http://portal.example/cb',
    'http://localhost.evil.example/cb',
    'http://127.0.0.1.evil.example/',
    'http://0.0.0.0/cb',
    'https://user@portal.example/cb',
    'https://portal.example\\@evil.example/cb',
    'https://portal.example/ cb',
    'https://portal.example/cb\n',
    'javascript:alert(1)',
    'JavaScript://x/%0aalert(1)',
    'data:text/html,x',
    'com.example.app:/cb',
    '',
  ])('X16 refuses %p for web applications', (uri) => {
    expect(checkClient({ ...web, redirect_uris: [uri] }, options)).toEqual([
      { field: 'redirect_uris.0', problem: expect.any(String) },
    ]);
  });

  it('X16 native applications may use a reversed domain as scheme, nothing shorter and nothing that runs', () => {
    const native = (uri: string) => fields({ application_type: 'native', redirect_uris: [uri] });
    expect(native('com.example.app:/cb')).toEqual([]);
    for (const uri of [
      'myapp:/cb',
      'javascript:alert(1)',
      'vbscript:x',
      'file:///etc/passwd',
      'blob:https://x/1',
    ]) {
      expect(native(uri)).toEqual(['redirect_uris.0']);
    }
  });

  it('X22 a developer cannot register an address of the authorization server', () => {
    const redirect_uris = ['https://login.example/profile'];
    expect(fields({ redirect_uris, source: 'developer' })).toEqual(['redirect_uris.0']);
    expect(fields({ redirect_uris, source: 'platform' })).toEqual([]);
  });

  it('are needed with the code grant, not with client credentials alone', () => {
    expect(fields({ redirect_uris: [] })).toEqual(['redirect_uris']);
    expect(fields({ redirect_uris: [], grant_types: ['client_credentials'] })).toEqual([]);
    expect(fields({ post_logout_redirect_uris: ['http://portal.example/'] })).toEqual([
      'post_logout_redirect_uris.0',
    ]);
  });
});

describe('the rest of the metadata', () => {
  it('knows the grant and response types, and that they belong together', () => {
    expect(fields({ grant_types: ['authorization_code', 'password'] })).toEqual(['grant_types.1']);
    expect(fields({ response_types: ['code', 'token'] })).toEqual(['response_types.1']);
    expect(fields({ response_types: ['code'], grant_types: ['refresh_token'] })).toEqual(['grant_types']);
    expect(fields({ response_types: ['code'] })).toEqual([]);
  });

  it('refuses what asks for features that the server does not offer', () => {
    expect(fields({ grant_types: ['authorization_code', 'implicit'] })).toEqual(['grant_types.1']);
    expect(fields({ response_types: ['code id_token'] })).toEqual(['response_types.0']);
    expect(fields({ grant_types: ['urn:ietf:params:oauth:grant-type:device_code'] })).toEqual([
      'grant_types.0',
    ]);
    for (const token_endpoint_auth_method of ['client_secret_jwt', 'tls_client_auth'])
      expect(fields({ token_endpoint_auth_method })).toEqual(['token_endpoint_auth_method']);
    for (const promise of [
      { dpop_bound_access_tokens: true },
      { tls_client_certificate_bound_access_tokens: true },
      { require_signed_request_object: true },
      { introspection_signed_response_alg: 'RS256' },
      { id_token_encrypted_response_alg: 'RSA-OAEP-256' },
    ])
      expect(fields(promise)).toEqual(Object.keys(promise));
    expect(fields({ dpop_bound_access_tokens: false })).toEqual([]);
  });

  it('confidential clients need what they authenticate with', () => {
    const secretless = { client_id: 'portal', redirect_uris: web.redirect_uris };
    const problems = (more: object) =>
      checkClient({ ...secretless, ...more }, options).map(({ field }) => field);
    expect(problems({})).toEqual([]);
    expect(problems({ token_endpoint_auth_method: 'client_secret_basic' })).toEqual(['client_secret']);
    expect(problems({ token_endpoint_auth_method: 'private_key_jwt' })).toEqual(['jwks']);
    expect(problems({ token_endpoint_auth_method: 'magic' })).toEqual(['token_endpoint_auth_method']);
    expect(problems({ grant_types: ['client_credentials'] })).toEqual(['client_secret']);
  });

  it('X22 addresses on the consent page and of back channels are https', () => {
    const bad = { logo_uri: 'javascript:alert(1)', client_uri: 'http://portal.example', policy_uri: 7 };
    expect(fields(bad)).toEqual(['client_uri', 'logo_uri', 'policy_uri']);
    const local = { backchannel_logout_uri: 'http://127.0.0.1:4000/bcl' };
    expect(fields(local)).toEqual(['backchannel_logout_uri']);
    expect(fields(local, { production: false })).toEqual([]);
  });

  it('X25 refuses private keys', () => {
    expect(fields({ jwks: { keys: [{ kty: 'EC', d: 'x' }] } })).toEqual(['jwks']);
  });

  it('resources are absolute URIs', () => {
    expect(checkResource({ indicator: 'https://api.example/' })).toEqual([]);
    for (const indicator of ['api', 'https://api.example/#x', 'https://api example/'])
      expect(checkResource({ indicator })).toHaveLength(1);
  });
});

it('X44 a client secret comes back whole and lies nowhere in the files', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-clients-'));
  const directory = createDirectory({ dataDir });
  await directory.storage.open();
  await directory.clients.put(clientSchema.parse({ ...web, client_secret: 'canary-of-the-secret' }), {
    actor: 'system',
  });
  expect(await directory.clients.byId('portal')).toMatchObject({
    client_secret: 'canary-of-the-secret',
    source: 'bootstrap',
  });
  await directory.storage.close();
  const files = await Promise.all(
    (await readdir(dataDir)).map((name) => readFile(join(dataDir, name), 'latin1')),
  );
  await rm(dataDir, { recursive: true });
  expect(files.join('')).toContain('https://portal.example/cb');
  expect(files.join('')).not.toContain('canary');
});

it('clients and resources are found again, and each change leaves an audit event', async () => {
  const directory = createDirectory();
  await directory.storage.open();
  await directory.clients.put(clientSchema.parse(web), { actor: 'system' });
  const resource = resourceSchema.parse({ indicator: 'https://api.example/', scopes: ['read'] });
  await directory.resources.put(resource, { actor: 'system' });
  expect((await directory.clients.all()).map((one) => one.client_id)).toEqual(['portal']);
  expect((await directory.emitted()).map(({ payload }) => payload)).toEqual([
    { type: 'client.saved', actor: 'system', clientId: 'portal' },
    { type: 'resource.saved', actor: 'system', details: { indicator: 'https://api.example/' } },
  ]);
  expect(await directory.resources.byIndicator('https://api.example/')).toEqual(resource);
  await directory.storage.close();
});
