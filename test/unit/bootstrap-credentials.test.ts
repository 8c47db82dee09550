import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BootstrapWorld, createBootstrapWorld } from '../support/bootstrap-world.ts';

let world: BootstrapWorld;
beforeEach(async () => {
  world = await createBootstrapWorld();
});
afterEach(() => world.close());

describe('credentials count when the account is made', () => {
  const file = (password: string, more = '') =>
    `accounts: [{ email: ada@other.example, name: Ada, password: ${password}${more} }]`;

  it('a later difference is reported, and applied only by force, which ends the sessions', async () => {
    await world.applied(file('First-Pass-1'));
    expect(await world.applied(file('Second-Pass-2'))).toMatchObject({
      updated: [],
      differences: [{ entry: 'account ada@other.example', field: 'password' }],
    });
    expect(await world.verdict('ada@other.example', 'First-Pass-1')).toBe('ok');

    const before = (await world.directory.accounts.byEmail('ada@other.example'))?.epoch as number;
    expect(await world.applied(file('Second-Pass-2'), { force: true })).toMatchObject({
      updated: ['account ada@other.example'],
      unchanged: [],
      differences: [],
    });
    expect(await world.verdict('ada@other.example', 'Second-Pass-2')).toBe('ok');
    expect(await world.verdict('ada@other.example', 'First-Pass-1')).toBe('wrong');
    expect((await world.directory.accounts.byEmail('ada@other.example'))?.epoch).toBeGreaterThan(before);
    expect(await world.applied(file('Second-Pass-2'), { force: true })).toMatchObject({ updated: [] });
  });

  it('a password that the person chose since is reported and kept', async () => {
    await world.applied(file('First-Pass-1'));
    const account = await world.directory.accounts.byEmail('ada@other.example');
    if (!account) throw new Error('no account');
    await world.credentials.passwords.set(account, 'My-Own-Pass-9', {
      minLength: 8,
      reason: 'profile',
      actor: 'system',
    });
    expect((await world.applied(file('First-Pass-1'))).differences).toEqual([
      { entry: 'account ada@other.example', field: 'password' },
    ]);
    expect(await world.verdict('ada@other.example', 'My-Own-Pass-9')).toBe('ok');
  });

  it('the age of a password can be brought along, and hashes of other makers', async () => {
    const hash = '$2b$04$abcdefghijklmnopqrstuuHIbQWGxd4PbSrCfWODMOGS3ENmsUrSO';
    await world.applied(
      `accounts: [{ email: ada@other.example, name: Ada, passwordHash: "${hash}", passwordChangedAt: 2026-01-01T00:00:00Z }]`,
    );
    const state = await world.credentials.passwords.state(await world.idOf('ada@other.example'));
    expect(state).toMatchObject({ has: true, changedAt: Date.parse('2026-01-01T00:00:00Z') });
  });

  it('X44 no secret of the file lies readable in storage, an audit event or a message', async () => {
    await world.close();
    const dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-bootstrap-'));
    world = await createBootstrapWorld({ dataDir });
    await world.applied(`
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
