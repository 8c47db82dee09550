import { type EmailAddress, parseEmail } from '#kernel';
import { type BootstrapWorld, createBootstrapWorld } from '../support/bootstrap-world.ts';
import { sampleBootstrap } from '../support/sample-bootstrap.ts';

let world: BootstrapWorld;
beforeEach(async () => {
  world = await createBootstrapWorld();
});
afterEach(() => world.close());

describe('the sample file', () => {
  it('makes companies, connections, domains, people, clients and resources', async () => {
    const report = await world.applied(sampleBootstrap({ rpOrigin: 'http://localhost:4000' }));
    expect(report).toMatchObject({ updated: [], unchanged: [], differences: [] });
    expect(report.created).toHaveLength(3 + 1 + 1 + 8 + 7 + 4 + 1);

    const { accounts, companies, clients } = world.directory;
    const tess = await accounts.byEmail('tess@person.example');
    expect(tess).toMatchObject({ status: 'active', emailVerified: true, acceptedTerms: { version: '7' } });
    expect((await accounts.byEmail('nia@person.example'))?.acceptedTerms).toBeUndefined();
    expect((await accounts.byEmail('otto@operator.example'))?.platformRole).toBe('operator');
    expect(await world.verdict('tess@person.example', 'Correct-Horse-2')).toBe('ok');
    expect(await world.credentials.totp.status(tess?.id as string)).toMatchObject({ enrolled: true });
    expect(
      (await companies.activeMembershipsOf(await world.idOf('mo@person.example'))).map(
        (one) => one.companyId,
      ),
    ).toEqual(['acme', 'beta']);
    expect((await companies.byId('gamma'))?.settings.mfa).toEqual({
      available: true,
      required: true,
      enforcementDate: '2026-01-01',
      timeZone: 'America/New_York',
      trustedDeviceDays: null,
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
    await world.applied(sampleBootstrap());
    await world.directory.emitted();
    world.audited.length = 0;
    world.directory.clock.set(world.directory.clock.now() + 1000);
    const again = await world.applied(sampleBootstrap());
    expect(again).toMatchObject({ created: [], updated: [], differences: [] });
    expect(again.unchanged).toHaveLength(25);
    expect([await world.directory.emitted(), world.audited]).toEqual([[], []]);
  });

  it('takes a password as it stands: the operator vouches for it, whatever the companies ask for', async () => {
    await world.applied(`
companies: [{ id: acme, name: Acme, settings: { password: { minLength: 12 } } }]
accounts: [{ email: ada@other.example, name: Ada, password: x, memberships: [{ company: acme }] }]
`);
    expect(await world.verdict('ada@other.example', 'x')).toBe('ok');
  });

  it('two nodes that apply it at once make everything once', async () => {
    const reports = await Promise.all([world.applied(sampleBootstrap()), world.applied(sampleBootstrap())]);
    expect(reports.flatMap(({ differences }) => differences)).toEqual([]);
    expect(await world.applied(sampleBootstrap())).toMatchObject({
      created: [],
      updated: [],
      differences: [],
    });
    expect(await world.verdict('pat@person.example', 'Correct-Horse-1')).toBe('ok');
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
      await world.close();
      world = await createBootstrapWorld();
      world.directory.power.cutAfter(step);
      died = (await world.apply(text).catch(() => 'died')) === 'died';
      world.directory.power.restore();
      expect(await world.applied(text)).toMatchObject({ updated: [], differences: [] });
      expect(await world.applied(text)).toMatchObject({ created: [], updated: [], differences: [] });
      expect(await world.verdict('ada@other.example', 'Secret-Pass-1')).toBe('ok');
      const id = await world.idOf('ada@other.example');
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
    await world.applied(file(10));
    const acme = await world.directory.companies.byId('acme');
    if (!acme) throw new Error('no acme');
    const settings = { ...acme.settings, password: { minLength: 14, expiryDays: 90 } };
    await world.directory.companies.put({ ...acme, settings }, { actor: 'system' });

    const report = await world.applied(file(10, 'Acme Builders'));
    expect(report).toMatchObject({
      updated: ['company acme'],
      differences: [{ entry: 'company acme', field: 'settings.password.minLength' }],
    });
    expect(await world.directory.companies.byId('acme')).toMatchObject({
      name: 'Acme Builders',
      settings: { password: { minLength: 14, expiryDays: 90 } },
    });
    expect(await world.applied(file(10, 'Acme Builders'), { force: true })).toMatchObject({
      differences: [],
    });
    expect((await world.directory.companies.byId('acme'))?.settings.password).toEqual({
      minLength: 10,
      expiryDays: 90,
    });
  });

  it('a value that the file says anew is applied', async () => {
    await world.applied(file(10));
    expect(await world.applied(file(12))).toMatchObject({ updated: ['company acme'], differences: [] });
    expect((await world.directory.companies.byId('acme'))?.settings.password.minLength).toBe(12);
  });

  it('a membership that was ended is not revived', async () => {
    await world.applied(sampleBootstrap());
    const accountId = await world.idOf('pat@person.example');
    const membership = await world.directory.companies.membership('beta', accountId);
    if (!membership) throw new Error('no membership');
    await world.directory.companies.putMembership({ ...membership, status: 'inactive' }, { actor: 'system' });
    expect((await world.applied(sampleBootstrap())).differences).toEqual([
      { entry: 'membership beta pat@person.example', field: 'status' },
    ]);
    expect(await world.directory.companies.activeMembershipsOf(accountId)).toEqual([]);
  });

  it('B11 a person whose address changed is not made a second time', async () => {
    await world.applied(sampleBootstrap());
    const id = await world.idOf('pat@person.example');
    await world.directory.accounts.changeEmail(id, 'pat@new.example', { actor: 'operator-cli' });
    expect(await world.applied(sampleBootstrap())).toMatchObject({
      created: [],
      differences: [{ entry: 'account pat@person.example', field: 'email' }],
    });
  });
});

describe('log-in names', () => {
  const file = (label: string | null, name: string | null) => `
companies: [{ id: acme, settings: { loginNames: ${label === null ? 'null' : `{ label: ${label} }`} } }]
accounts: [{ email: ada@other.example, memberships: [{ company: acme, loginName: ${name} }] }]
`;
  const holder = async (typed: string) =>
    (await world.directory.identifiers.resolve(parseEmail(typed) as EmailAddress))?.account.email;

  it('A5 are given, changed, taken back and left to people like every other value', async () => {
    await world.applied(file('steel', ' Ada.1 '));
    expect(await holder('ada.1@steel')).toBe('ada@other.example');
    expect(await world.applied(file('steel', ' Ada.1 '))).toMatchObject({ updated: [], differences: [] });
    await world.applied(file('iron', 'ada.2'));
    expect(await holder('ada.1@steel')).toBeUndefined();
    expect(await holder('ada.2@steel')).toBeUndefined();
    expect(await holder('ada.2@iron')).toBe('ada@other.example');
    await world.applied(file('iron', null));
    expect(await holder('ada.2@iron')).toBeUndefined();
    expect(await world.applied(file('iron', null))).toMatchObject({ updated: [], differences: [] });
    await world.applied(file(null, null));
    const acme = await world.directory.companies.byId('acme');
    if (!acme) throw new Error('no acme');
    const settings = { ...acme.settings, loginNames: { label: 'copper' } };
    await world.directory.companies.put({ ...acme, settings }, { actor: 'system' });
    expect((await world.applied(file(null, null))).differences).toEqual([
      { entry: 'company acme', field: 'settings.loginNames' },
    ]);
  });

  it('A5 a label or name that is in use elsewhere is refused before anything is written', async () => {
    await world.applied(file('steel', 'ada'));
    const problems = async (text: string) => {
      const outcome = await world.apply(text);
      return outcome.outcome === 'invalid' ? outcome.problems : [];
    };
    expect(await problems('companies: [{ id: beta, settings: { loginNames: { label: steel } } }]')).toEqual([
      { path: 'companies[0].settings.loginNames.label', problem: 'steel is the label of company acme' },
    ]);
    expect(
      await problems(
        'accounts: [{ email: bob@other.example, memberships: [{ company: acme, loginName: ADA }] }]',
      ),
    ).toEqual([
      {
        path: 'accounts[0].memberships[0].loginName',
        problem: 'ada is the log-in name of somebody else there',
      },
    ]);
  });
});
