import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseBootstrap } from '#bootstrap';
import { type BootstrapWorld, createBootstrapWorld, sources } from '../support/bootstrap-world.ts';

let world: BootstrapWorld;
beforeEach(async () => {
  world = await createBootstrapWorld();
});
afterEach(() => world.close());

describe('a wrong file', () => {
  const problems = (text: string) => {
    const parsed = parseBootstrap(text, sources);
    return parsed.outcome === 'invalid' ? parsed.problems.map(({ path }) => path) : [];
  };

  it('names the path of each unknown key and each wrong value at once', () => {
    const text = `
colour: red
companies:
  - { id: acme, name: Acme, settings: { password: { minLenght: 9 }, lockout: { attempts: 1 } }, connections: [{ id: x, isuer: y, issuer: https://x, clientId: a, clientSecret: b }] }
  - { id: "a b", name: Beta, settings: { mfa: { timeZone: Mars/Base } } }
accounts:
  - { email: nobody, name: N, passwort: x, password: a, phone: "555", totpSecret: "1", memberships: [{ company: acme, permissions: { admin: none } }] }
clients: [{ client_id: c, redirect_uri: x }]
`;
    expect(problems(text).sort()).toEqual(
      [
        'colour',
        'companies[0].settings.password.minLenght',
        'companies[0].settings.lockout.attempts',
        'companies[0].connections[0].isuer',
        'companies[1].id',
        'companies[1].settings.mfa.timeZone',
        'accounts[0].email',
        'accounts[0].passwort',
        'accounts[0].phone',
        'accounts[0].totpSecret',
        'accounts[0].memberships[0].permissions.admin',
        'clients[0].redirect_uri',
      ].sort(),
    );
    expect(
      problems(
        'accounts: [{ email: a@b.example, name: A, password: a, passwordHash: $2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy }]',
      ),
    ).toEqual(['accounts[0].passwordHash']);
  });

  it('H1 H15 second factors and idle time are rules of companies: no account and no membership has one of its own', () => {
    const exempting = `
companies: [{ id: acme }]
accounts:
  - { email: a@b.example, mfa: { required: false }, session: { idleMinutes: 90 }, memberships: [{ company: acme, mfa: { required: false }, session: { idleMinutes: null } }] }
`;
    expect(problems(exempting).sort()).toEqual([
      'accounts[0].memberships[0].mfa',
      'accounts[0].memberships[0].session',
      'accounts[0].mfa',
      'accounts[0].session',
    ]);
  });

  it('JSON is read too; broken YAML is told with its line', () => {
    expect(parseBootstrap('{"companies": [{"id": "acme", "name": "Acme"}]}', sources).outcome).toBe('ok');
    expect(parseBootstrap('', sources).outcome).toBe('ok');
    expect(parseBootstrap('companies:\n  - { id: acme', sources)).toMatchObject({
      outcome: 'invalid',
      problems: [{ path: '', problem: expect.stringContaining('line 2') }],
    });
    expect(problems('[1, 2]')).toEqual(['']);
  });

  it.each([
    [
      'membership of an unknown company',
      'accounts: [{ email: a@b.example, name: A, memberships: [{ company: none }] }]',
      'accounts[0].memberships[0].company',
    ],
    [
      'unknown connection',
      'companies: [{ id: acme, name: A, domains: [{ domain: acme.example, connection: none }] }]',
      'companies[0].domains[0].connection',
    ],
    [
      'targeted domain without connection',
      'companies: [{ id: acme, name: A, domains: [{ domain: acme.example, verified: true, ssoTargeted: true }] }]',
      'companies[0].domains[0].connection',
    ],
    [
      'public domain',
      'companies: [{ id: acme, name: A, domains: [{ domain: gmail.com }] }]',
      'companies[0].domains[0].domain',
    ],
    [
      'one address twice',
      'accounts: [{ email: a@b.example, name: A }, { email: A@B.example, name: B }]',
      'accounts[1]',
    ],
    [
      'http redirect URI',
      'clients: [{ client_id: c, redirect_uris: [http://portal.example/cb] }]',
      'clients[0].redirect_uris.0',
    ],
    ['relative resource', 'resources: [{ indicator: api }]', 'resources[0].indicator'],
    [
      "another company's connection",
      `companies:
  - { id: a, name: A, connections: [{ id: idp, issuer: https://i.example, clientId: c, clientSecret: s }] }
  - { id: b, name: B, domains: [{ domain: b.example, verified: true, ssoTargeted: true, connection: idp }] }`,
      'companies[1].domains[0].connection',
    ],
    [
      'A5 one label of two companies',
      'companies: [{ id: a, settings: { loginNames: { label: steel } } }, { id: b, settings: { loginNames: { label: steel } } }]',
      'companies[1]',
    ],
    [
      'A5 a log-in name where the company has none',
      'companies: [{ id: a }]\naccounts: [{ email: a@b.example, memberships: [{ company: a, loginName: ada }] }]',
      'accounts[0].memberships[0].loginName',
    ],
    [
      'A5 one log-in name of two people',
      `companies: [{ id: a, settings: { loginNames: { label: steel } } }]
accounts:
  - { email: a@b.example, memberships: [{ company: a, loginName: Ada }] }
  - { email: b@b.example, memberships: [{ company: a, loginName: ada }] }`,
      'accounts[1].memberships[0]',
    ],
  ])('%s: refused before anything is written', async (_, text, path) => {
    const outcome = await world.apply(text);
    expect(outcome).toEqual({ outcome: 'invalid', problems: [{ path, problem: expect.any(String) }] });
    expect(await world.directory.emitted()).toEqual([]);
    expect(await world.directory.accounts.byEmail('a@b.example')).toBeUndefined();
  });

  it('C-14 no problem repeats a secret', () => {
    const parsed = parseBootstrap(
      'accounts: [{ email: x, name: A, password: Canary-1, totpSecret: canary, phone: canary, passwordHash: [canary] }]\nclients: [{ client_id: c, client_secret: { canary: 1 } }]',
      sources,
    );
    expect(parsed.outcome).toBe('invalid');
    expect(JSON.stringify(parsed).toLowerCase()).not.toContain('canary');
    expect(JSON.stringify(parseBootstrap('a: "canary\nb: c', sources))).not.toContain('canary');
  });
});

describe('secrets from elsewhere', () => {
  it('come from the environment or a file beside the bootstrap file', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'gatehouse-bootstrap-'));
    await writeFile(join(dir, 'portal.secret'), 'from-the-file\n');
    await writeFile(
      join(dir, 'bootstrap.yaml'),
      `clients:
  - { client_id: a, client_secret: { fromEnv: PORTAL_SECRET }, redirect_uris: [https://a.example/cb] }
  - { client_id: b, client_secret: { fromFile: portal.secret }, redirect_uris: [https://b.example/cb] }
`,
    );
    const outcome = await world.bootstrap.applyFile(join(dir, 'bootstrap.yaml'), { env: sources.env });
    await rm(dir, { recursive: true });
    expect(outcome.outcome).toBe('applied');
    expect((await world.directory.clients.byId('a'))?.client_secret).toBe('from-the-environment');
    expect((await world.directory.clients.byId('b'))?.client_secret).toBe('from-the-file');
  });

  it('what is missing is named', async () => {
    const parsed = parseBootstrap(
      'clients: [{ client_id: a, client_secret: { fromEnv: NONE } }, { client_id: b, client_secret: { fromFile: none } }]',
      sources,
    );
    expect(parsed).toEqual({
      outcome: 'invalid',
      problems: [
        { path: 'clients[0].client_secret', problem: 'the environment variable NONE is not set' },
        { path: 'clients[1].client_secret', problem: 'the file none cannot be read (ENOENT)' },
      ],
    });
    expect(await world.bootstrap.applyFile('/nowhere/bootstrap.yaml', { env: {} })).toEqual({
      outcome: 'invalid',
      problems: [{ path: '', problem: '/nowhere/bootstrap.yaml cannot be read (ENOENT)' }],
    });
  });
});
