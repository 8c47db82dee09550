import { type Domain, membershipSchema, settingsSchema } from '#companies';
import { company, createDirectory, type Directory } from '../support/directory.ts';

let directory: Directory;
beforeEach(async () => {
  directory = createDirectory();
  await directory.storage.open();
});
afterEach(() => directory.storage.close());

const permissions = { companyAdmin: 'none', directory: 'none' } as const;
const ADMIN = { companyAdmin: 'admin', directory: 'admin' } as const;
const member = (companyId: string, accountId: string, status: 'invited' | 'active' | 'inactive' = 'active') =>
  ({ companyId, accountId, status, permissions, createdAt: 1 }) as const;
const domain = (name: string, companyId: string, more: Partial<Domain> = {}): Domain => ({
  domain: name,
  companyId,
  verified: true,
  ssoTargeted: false,
  ...more,
});

describe('domains', () => {
  it('W10 the exact domain decides, then the longest wildcard', async () => {
    const { companies } = directory;
    await companies.putDomain(domain('*.acme.example', 'acme'), { actor: 'system' });
    await companies.putDomain(domain('*.eu.acme.example', 'eu'), { actor: 'system' });
    await companies.putDomain(domain('lab.eu.acme.example', 'lab'), { actor: 'system' });
    const owner = async (name: string) => (await companies.domainRule(name))?.companyId;
    expect(await owner('lab.eu.acme.example')).toBe('lab');
    expect(await owner('shop.eu.acme.example')).toBe('eu');
    expect(await owner('a.b.acme.example')).toBe('acme');
    expect(await owner('acme.example')).toBeUndefined();
    expect(await owner('notacme.example')).toBeUndefined();
  });

  it('E1 a claim without proof is no rule and hides none', async () => {
    const { companies } = directory;
    await companies.putDomain(domain('*.acme.example', 'acme'), { actor: 'system' });
    await companies.putDomain(domain('eu.acme.example', 'rogue', { verified: false }), { actor: 'system' });
    expect((await companies.domainRule('eu.acme.example'))?.companyId).toBe('acme');
    expect(await companies.provenBy('rogue', 'eu.acme.example')).toBe(false);
  });

  it('W11 a proven domain stays with its company; a proof beats a claim', async () => {
    const { companies } = directory;
    await companies.putDomain(domain('acme.example', 'rogue', { verified: false }), { actor: 'system' });
    expect(
      await companies.putDomain(domain('acme.example', 'other', { verified: false }), { actor: 'system' }),
    ).toEqual({
      outcome: 'taken',
    });
    expect(await companies.putDomain(domain('ACME.example', 'acme'), { actor: 'system' })).toMatchObject({
      outcome: 'saved',
    });
    expect(await companies.putDomain(domain('acme.example', 'rogue'), { actor: 'system' })).toEqual({
      outcome: 'taken',
    });
    expect(await companies.provenBy('acme', 'acme.example')).toBe(true);
    expect(await companies.domainsOf('rogue')).toEqual([]);
  });

  it('W11 of two companies that prove one domain at once, one gets it', async () => {
    const { companies } = directory;
    const outcomes = await Promise.all(
      ['a', 'b', 'c', 'd'].map((id) => companies.putDomain(domain('acme.example', id), { actor: 'system' })),
    );
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['saved', 'taken', 'taken', 'taken']);
  });

  it.each([
    'gmail.com',
    'GMAIL.com',
    '*.gmail.com',
    'co.uk',
    '*.co.uk',
    'com',
    '*.com',
    'localhost',
    'outlook.com',
  ])('X13 X41 %s belongs to nobody', async (name) => {
    expect(await directory.companies.putDomain(domain(name, 'acme'), { actor: 'system' })).toEqual({
      outcome: 'public',
    });
  });

  it.each([
    '',
    'a b.example',
    '*',
    'acme.*',
    'x.*.example',
    'acme..example',
    'ada@acme.example',
  ])('refuses %p as a domain', async (name) => {
    expect(await directory.companies.putDomain(domain(name, 'acme'), { actor: 'system' })).toEqual({
      outcome: 'invalid',
    });
  });

  it('W20 keeps international domains by their A-labels', async () => {
    await directory.companies.putDomain(domain('Bücher.example', 'acme'), { actor: 'system' });
    expect(await directory.companies.provenBy('acme', 'xn--bcher-kva.example')).toBe(true);
  });

  it('X8 a change counts at the next question and is audited', async () => {
    const { companies } = directory;
    await companies.putDomain(domain('acme.example', 'acme'), { actor: 'system' });
    expect((await companies.domainRule('acme.example'))?.ssoTargeted).toBe(false);
    await companies.putDomain(domain('acme.example', 'acme', { ssoTargeted: true, connectionId: 'okta' }), {
      actor: 'ada',
    });
    expect((await companies.domainRule('acme.example'))?.ssoTargeted).toBe(true);
    expect((await directory.emitted()).at(-1)?.payload).toEqual({
      actor: 'ada',
      type: 'domain.saved',
      companyId: 'acme',
      details: { domain: 'acme.example', verified: true, ssoTargeted: true, connection: 'okta' },
    });
  });
});

describe('memberships', () => {
  it('A6 only accepted ones are active', async () => {
    const { companies } = directory;
    await companies.putMembership(member('acme', 'ada'), { actor: 'system' });
    await companies.putMembership(member('beta', 'ada', 'invited'), { actor: 'system' });
    await companies.putMembership(member('gamma', 'ada', 'inactive'), { actor: 'system' });
    await companies.putMembership(member('acme', 'bob'), { actor: 'system' });
    expect((await companies.membershipsOf('ada')).map((one) => one.companyId)).toEqual([
      'acme',
      'beta',
      'gamma',
    ]);
    expect((await companies.activeMembershipsOf('ada')).map((one) => one.companyId)).toEqual(['acme']);
    expect(await companies.membership('acme', 'bob')).toEqual(
      membershipSchema.parse({ id: 'acme:bob', ...member('acme', 'bob') }),
    );
  });

  it('X40 one company sees its own members only, page by page', async () => {
    const { companies } = directory;
    for (const id of ['a', 'b', 'c']) await companies.putMembership(member('acme', id), { actor: 'system' });
    await companies.putMembership(member('beta', 'a'), { actor: 'system' });
    const first = await companies.membersOf('acme', { limit: 2 });
    const second = await companies.membersOf('acme', { limit: 2, after: first.next as string });
    expect([...first.items, ...second.items].map((one) => one.id)).toEqual(['acme:a', 'acme:b', 'acme:c']);
    expect(second.next).toBeUndefined();
  });
});

describe('companies', () => {
  it('H9 a changed policy is audited with old and new', async () => {
    const { companies } = directory;
    await companies.put(company('acme'), { actor: 'system' });
    await companies.put(company('acme', { mfa: { required: true, enforcementDate: '2026-12-04' } }), {
      actor: 'ada',
    });
    expect((await directory.emitted()).at(-1)?.payload).toEqual({
      actor: 'ada',
      type: 'company.changed',
      companyId: 'acme',
      details: {
        'settings.mfa.required': 'false → true',
        'settings.mfa.enforcementDate': 'null → 2026-12-04',
      },
    });
  });

  it('H9 a setting that is taken away is audited, as one that comes is', async () => {
    const { companies } = directory;
    const support = { email: 'help@acme.example' };
    for (const settings of [{}, { support }, {}])
      await companies.put(company('acme', settings), { actor: 'ada' });
    const [, came, went] = (await directory.emitted()).map(({ payload }) => payload['details']);
    expect([came, went]).toEqual([
      { 'settings.support.email': 'undefined → help@acme.example' },
      { 'settings.support.email': 'help@acme.example → undefined' },
    ]);
  });

  it('are found by id and many at once', async () => {
    const { companies } = directory;
    for (const id of ['beta', 'acme']) await companies.put(company(id), { actor: 'system' });
    expect((await companies.byId('acme'))?.name).toBe('acme Ltd');
    expect((await companies.getMany(['beta', 'none', 'acme'])).map(({ id }) => id)).toEqual(['beta', 'acme']);
  });

  it('C-11 their policy is written by their own administrators alone: anybody else gets 403 and leaves an event', async () => {
    const { companies, accounts } = directory;
    for (const id of ['acme', 'globex']) await companies.put(company(id), { actor: 'system' });
    const people = {
      operator: { platformRole: 'operator', company: undefined, permissions },
      support: { platformRole: 'paySupport', company: undefined, permissions },
      'operator who works there': { platformRole: 'operator', company: 'acme', permissions },
      'administrator of another company': { company: 'globex', permissions: ADMIN },
      'reader of the tool': { company: 'acme', permissions: { ...ADMIN, companyAdmin: 'readOnly' } },
      'suspended administrator': { company: 'acme', status: 'inactive', permissions: ADMIN },
    } as const;
    const before = await companies.byId('acme');
    const settings = settingsSchema.parse({ lockout: { enabled: true } });
    for (const [who, one] of Object.entries(people)) {
      const { platformRole } = one as { platformRole?: 'operator' | 'paySupport' };
      const created = await accounts.create({
        email: `${who.replaceAll(' ', '-')}@people.example`,
        name: who,
        status: 'active',
        emailVerified: true,
        ...(platformRole && { platformRole }),
      });
      if (created.outcome !== 'created') throw new Error(created.outcome);
      const { id } = created.account;
      const status = 'status' in one ? one.status : 'active';
      if (one.company)
        await companies.putMembership(
          { ...member(one.company, id, status), permissions: one.permissions },
          { actor: 'system' },
        );
      const acting = { actor: id, origin: { ip: '192.0.2.9' } };
      await expect(companies.changeSettings({ companyId: 'acme', settings }, acting)).rejects.toMatchObject({
        code: 'permission-denied',
        status: 403,
      });
      expect([who, directory.recorded.at(-1)]).toEqual([
        who,
        {
          type: 'company.change-refused',
          actor: id,
          companyId: 'acme',
          ip: '192.0.2.9',
          details: { tried: 'settings.lockout.enabled' },
        },
      ]);
    }
    expect(await companies.byId('acme')).toEqual(before);
    expect(directory.recorded).toHaveLength(Object.keys(people).length);
  });

  it('C-11 an administrator writes it; MFA wants "Admin" on the Directory tool too', async () => {
    const { companies } = directory;
    await companies.put(company('acme'), { actor: 'system' });
    const give = (actor: string, directory: 'none' | 'admin') =>
      companies.putMembership(
        { ...member('acme', actor), permissions: { companyAdmin: 'admin', directory } },
        { actor: 'system' },
      );
    await give('both', 'admin');
    await give('one', 'none');
    const idle = settingsSchema.parse({ session: { idleMinutes: 30 } });
    await companies.changeSettings({ companyId: 'acme', settings: idle }, { actor: 'one' });
    const mfa = { companyId: 'acme', settings: { ...idle, mfa: { ...idle.mfa, required: true } } };
    await expect(companies.changeSettings(mfa, { actor: 'one' })).rejects.toMatchObject({ status: 403 });
    expect((await companies.byId('acme'))?.settings).toEqual(idle);
    await companies.changeSettings(mfa, { actor: 'both' });
    expect((await companies.byId('acme'))?.settings).toEqual(mfa.settings);
    const changes = (await directory.emitted()).map(({ payload }) => payload);
    expect(changes.filter(({ type }) => type === 'company.changed')).toMatchObject([
      { actor: 'one', details: { 'settings.session.idleMinutes': 'null → 30' } },
      { actor: 'both', details: { 'settings.mfa.required': 'false → true' } },
    ]);
  });

  it('C-9 settings stay within the bounds of the platform', () => {
    for (const settings of [
      { password: { minLength: 7 } },
      { lockout: { attempts: 2 } },
      { session: { idleMinutes: 4 } },
      { mfa: { timeZone: 'Mars/Base' } },
      { mfa: { enforcementDate: '2026-02-30' } },
      { unknown: true },
    ]) {
      expect(settingsSchema.safeParse(settings).success).toBe(false);
    }
  });
});
