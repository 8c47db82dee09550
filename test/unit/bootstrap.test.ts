import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApplyOptions, type Bootstrap, createBootstrap, parseBootstrap } from '#bootstrap';
import { type Credentials, createCredentials } from '#credentials';
import { silentLog, systemRandomness } from '#kernel';
import { createConnections } from '../../src/federation/connection-store.ts';
import { createDirectory, type Directory } from '../support/directory.ts';
import { sampleBootstrap } from '../support/sample-bootstrap.ts';

const sources = { baseDir: '/', env: { PORTAL_SECRET: 'from-the-environment' } };
const issuer = 'https://login.example';

interface World {
  directory: Directory;
  credentials: Credentials;
  bootstrap: Bootstrap;
  connections: ReturnType<typeof createConnections>;
  audited: { type: string }[];
}

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => endWorld(world));

async function startWorld(options: { dataDir?: string } = {}): Promise<World> {
  const directory = createDirectory(options);
  const audited: { type: string }[] = [];
  const emission = (topic: string) => (payload: object) => ({
    id: systemRandomness.id(),
    topic,
    payload: { ...payload },
  });
  const audit = {
    record: async (event: { type: string }) => void audited.push(event),
    emission: emission('audit'),
  };
  const credentials = createCredentials({
    ...directory,
    randomness: systemRandomness,
    ssoRouting: { isSsoTargeted: async () => undefined },
    messages: { emission: emission('job') },
    audit,
    log: silentLog,
    config: {
      passwordHash: {
        algorithm: 'argon2id',
        argon2: { memoryKiB: 8, timeCost: 1, parallelism: 1 },
        bcrypt: { cost: 4 },
      },
      limits: { secondFactorTries: 5, resetLinkMinutes: 60 },
      issuer,
      brandName: 'Gatehouse',
    },
  });
  const connections = createConnections({ storage: directory.storage, issuer, production: false, audit });
  const bootstrap = createBootstrap({
    ...directory,
    randomness: systemRandomness,
    connections,
    credentials,
    audit,
    config: { issuer, production: false, termsVersion: '7' },
  });
  await directory.storage.open();
  return { directory, credentials, bootstrap, connections, audited };
}

async function endWorld({ credentials, directory }: World): Promise<void> {
  await credentials.close();
  await directory.storage.close();
}

async function apply(text: string, options?: ApplyOptions) {
  const parsed = parseBootstrap(text, sources);
  if (parsed.outcome !== 'ok') return parsed;
  return world.bootstrap.apply(parsed.file, options);
}

async function applied(text: string, options?: ApplyOptions) {
  const outcome = await apply(text, options);
  if (outcome.outcome !== 'applied') throw new Error(JSON.stringify(outcome));
  return outcome.report;
}

const verdict = async (email: string, password: string) => {
  const account = await world.directory.accounts.byEmail(email);
  return (await world.credentials.passwords.verify({ account, password, origin: {} })).outcome;
};
const idOf = async (email: string) => (await world.directory.accounts.byEmail(email))?.id as string;

describe('the sample file', () => {
  it('makes companies, connections, domains, people, clients and resources', async () => {
    const report = await applied(sampleBootstrap({ rpOrigin: 'http://localhost:4000' }));
    expect(report).toMatchObject({ updated: [], unchanged: [], differences: [] });
    expect(report.created).toHaveLength(3 + 1 + 1 + 8 + 7 + 4 + 1);

    const { accounts, companies, clients } = world.directory;
    const tess = await accounts.byEmail('tess@person.example');
    expect(tess).toMatchObject({ status: 'active', emailVerified: true, acceptedTerms: { version: '7' } });
    expect((await accounts.byEmail('nia@person.example'))?.acceptedTerms).toBeUndefined();
    expect((await accounts.byEmail('otto@operator.example'))?.platformRole).toBe('operator');
    expect(await verdict('tess@person.example', 'Correct-Horse-2')).toBe('ok');
    expect(await world.credentials.totp.status(tess?.id as string)).toMatchObject({ enrolled: true });
    expect(
      (await companies.activeMembershipsOf(await idOf('mo@person.example'))).map((one) => one.companyId),
    ).toEqual(['acme', 'beta']);
    expect((await companies.byId('gamma'))?.settings.mfa).toEqual({
      available: true,
      required: true,
      enforcementDate: '2026-01-01',
      timeZone: 'America/New_York',
    });
    expect(await companies.domainRule('acme.example')).toMatchObject({
      ssoTargeted: true,
      connectionId: 'acme-idp',
    });
    expect(await world.connections.byId('acme-idp')).toMatchObject({
      companyId: 'acme',
      name: 'Acme ID',
      jitProvisioning: true,
    });
    expect(await clients.byId('portal')).toMatchObject({
      first_party: true,
      source: 'bootstrap',
      redirect_uris: ['http://localhost:4000/cb'],
    });
    expect(await world.directory.resources.byIndicator('https://api.example/')).toMatchObject({
      signingAlg: 'ES256',
    });
  });

  it('applied again changes nothing and writes no audit event', async () => {
    await applied(sampleBootstrap());
    await world.directory.emitted();
    world.audited.length = 0;
    world.directory.clock.set(world.directory.clock.now() + 1000);
    const again = await applied(sampleBootstrap());
    expect(again).toMatchObject({ created: [], updated: [], differences: [] });
    expect(again.unchanged).toHaveLength(25);
    expect([await world.directory.emitted(), world.audited]).toEqual([[], []]);
  });

  it('two nodes that apply it at once make everything once', async () => {
    const reports = await Promise.all([applied(sampleBootstrap()), applied(sampleBootstrap())]);
    expect(reports.flatMap(({ differences }) => differences)).toEqual([]);
    expect(await applied(sampleBootstrap())).toMatchObject({ created: [], updated: [], differences: [] });
    expect(await verdict('pat@person.example', 'Correct-Horse-1')).toBe('ok');
  });

  it('cut off at any write, it is completed by the next run', async () => {
    const text = `
companies: [{ id: acme, name: Acme, domains: [{ domain: acme.example, verified: true }] }]
accounts:
  - { email: ada@other.example, name: Ada, password: Secret-Pass-1, totpSecret: JBSWY3DPEHPK3PXP, phone: "+15551234567", memberships: [{ company: acme }] }
clients: [{ client_id: portal, redirect_uris: [https://portal.example/cb] }]
`;
    let died = true;
    for (let step = 0; died; step++) {
      await endWorld(world);
      world = await startWorld();
      world.directory.power.cutAfter(step);
      died = (await apply(text).catch(() => 'died')) === 'died';
      world.directory.power.restore();
      expect(await applied(text)).toMatchObject({ updated: [], differences: [] });
      expect(await applied(text)).toMatchObject({ created: [], updated: [], differences: [] });
      expect(await verdict('ada@other.example', 'Secret-Pass-1')).toBe('ok');
      const id = await idOf('ada@other.example');
      expect(await world.credentials.totp.status(id)).toMatchObject({ enrolled: true });
      expect(await world.credentials.phones.status(id)).toMatchObject({ exists: true });
      expect(await world.directory.companies.activeMembershipsOf(id)).toHaveLength(1);
      if (!died) expect(step).toBeGreaterThan(15);
    }
  });
});

describe('what people change stays theirs', () => {
  const file = (minLength: number, name = 'Acme') =>
    `companies: [{ id: acme, name: ${name}, settings: { password: { minLength: ${minLength} } } }]`;

  it('C-11 a setting that an administrator changed is reported and kept, also when the file changes elsewhere', async () => {
    await applied(file(10));
    const acme = await world.directory.companies.byId('acme');
    if (!acme) throw new Error('no acme');
    const settings = { ...acme.settings, password: { minLength: 14, expiryDays: 90 } };
    await world.directory.companies.put({ ...acme, settings }, { actor: 'system' });

    const report = await applied(file(10, 'Acme Builders'));
    expect(report).toMatchObject({
      updated: ['company acme'],
      differences: [{ entry: 'company acme', field: 'settings.password.minLength' }],
    });
    expect(await world.directory.companies.byId('acme')).toMatchObject({
      name: 'Acme Builders',
      settings: { password: { minLength: 14, expiryDays: 90 } },
    });
    expect(await applied(file(10, 'Acme Builders'), { force: true })).toMatchObject({ differences: [] });
    expect((await world.directory.companies.byId('acme'))?.settings.password).toEqual({
      minLength: 10,
      expiryDays: 90,
    });
  });

  it('a value that the file says anew is applied', async () => {
    await applied(file(10));
    expect(await applied(file(12))).toMatchObject({ updated: ['company acme'], differences: [] });
    expect((await world.directory.companies.byId('acme'))?.settings.password.minLength).toBe(12);
  });

  it('a membership that was ended is not revived', async () => {
    await applied(sampleBootstrap());
    const accountId = await idOf('pat@person.example');
    const membership = await world.directory.companies.membership('beta', accountId);
    if (!membership) throw new Error('no membership');
    await world.directory.companies.putMembership({ ...membership, status: 'inactive' }, { actor: 'system' });
    expect((await applied(sampleBootstrap())).differences).toEqual([
      { entry: 'membership beta pat@person.example', field: 'status' },
    ]);
    expect(await world.directory.companies.activeMembershipsOf(accountId)).toEqual([]);
  });

  it('B11 a person whose address changed is not made a second time', async () => {
    await applied(sampleBootstrap());
    const id = await idOf('pat@person.example');
    await world.directory.accounts.changeEmail(id, 'pat@new.example', { actor: 'operator-cli' });
    expect(await applied(sampleBootstrap())).toMatchObject({
      created: [],
      differences: [{ entry: 'account pat@person.example', field: 'email' }],
    });
  });
});

describe('credentials count when the account is made', () => {
  const file = (password: string, more = '') =>
    `accounts: [{ email: ada@other.example, name: Ada, password: ${password}${more} }]`;

  it('a later difference is reported, and applied only by force, which ends the sessions', async () => {
    await applied(file('First-Pass-1'));
    expect(await applied(file('Second-Pass-2'))).toMatchObject({
      updated: [],
      differences: [{ entry: 'account ada@other.example', field: 'password' }],
    });
    expect(await verdict('ada@other.example', 'First-Pass-1')).toBe('ok');

    const before = (await world.directory.accounts.byEmail('ada@other.example'))?.epoch as number;
    expect(await applied(file('Second-Pass-2'), { force: true })).toMatchObject({
      updated: ['account ada@other.example'],
      unchanged: [],
      differences: [],
    });
    expect(await verdict('ada@other.example', 'Second-Pass-2')).toBe('ok');
    expect(await verdict('ada@other.example', 'First-Pass-1')).toBe('wrong');
    expect((await world.directory.accounts.byEmail('ada@other.example'))?.epoch).toBeGreaterThan(before);
    expect(await applied(file('Second-Pass-2'), { force: true })).toMatchObject({ updated: [] });
  });

  it('a password that the person chose since is reported and kept', async () => {
    await applied(file('First-Pass-1'));
    const account = await world.directory.accounts.byEmail('ada@other.example');
    if (!account) throw new Error('no account');
    await world.credentials.passwords.set(account, 'My-Own-Pass-9', {
      minLength: 8,
      reason: 'profile',
      actor: 'system',
    });
    expect((await applied(file('First-Pass-1'))).differences).toEqual([
      { entry: 'account ada@other.example', field: 'password' },
    ]);
    expect(await verdict('ada@other.example', 'My-Own-Pass-9')).toBe('ok');
  });

  it('C-8 the age of a password can be brought along, and hashes of other makers', async () => {
    const hash = '$2b$04$abcdefghijklmnopqrstuuHIbQWGxd4PbSrCfWODMOGS3ENmsUrSO';
    await applied(
      `accounts: [{ email: ada@other.example, name: Ada, passwordHash: "${hash}", passwordChangedAt: 2026-01-01T00:00:00Z }]`,
    );
    const state = await world.credentials.passwords.state(await idOf('ada@other.example'));
    expect(state).toMatchObject({ has: true, changedAt: Date.parse('2026-01-01T00:00:00Z') });
  });

  it('X44 no secret of the file lies readable in storage, an audit event or a message', async () => {
    await endWorld(world);
    const dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-bootstrap-'));
    world = await startWorld({ dataDir });
    await applied(`
companies: [{ id: acme, name: Acme, connections: [{ id: idp, issuer: https://i.example, clientId: c, clientSecret: CANARY-1 }] }]
accounts: [{ email: a@b.example, name: A, password: CANARY-2, totpSecret: CANARYCANARYCANARYCANARYCANARYCA, phone: "+15559998877" }]
clients: [{ client_id: portal, client_secret: CANARY-3, redirect_uris: [https://portal.example/cb] }]
`);
    const told = JSON.stringify([await world.directory.emitted(), world.audited]);
    const names = await readdir(dataDir);
    const files = await Promise.all(names.map((name) => readFile(join(dataDir, name), 'latin1')));
    await rm(dataDir, { recursive: true });
    expect(files.join('')).toContain('a@b.example');
    expect(told + files.join('')).not.toMatch(/CANARY|5559998877/);
  });
});

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
    expect(problems('accounts: [{ email: a@b.example, name: A, password: a, passwordHash: $2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy }]')).toEqual([
      'accounts[0].passwordHash',
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
  ])('%s: refused before anything is written', async (_, text, path) => {
    const outcome = await apply(text);
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
