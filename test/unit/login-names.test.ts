import fc from 'fast-check';
import { createAccounts } from '#accounts';
import { createCompanies, createIdentifiers, parseLoginName, settingsSchema } from '#companies';
import { createEventBus, type EmailAddress, parseEmail } from '#kernel';
import { createTestStorage } from '../support/credentials-world.ts';
import { company } from '../support/directory.ts';

const SYSTEM = { actor: 'system' };
const permissions = { companyAdmin: 'none', directory: 'none' } as const;
const address = (text: string) => parseEmail(text) as EmailAddress;

describe('what a log-in name may be', () => {
  it.each([
    ['Ada.Example', 'ada.example'],
    ['  E-12345 ', 'e-12345'],
    ['ＡＤＡ', 'ada'],
    ['Zoë', 'zoë'],
    ['x'.repeat(64), 'x'.repeat(64)],
  ])('A5 W20 %j is %j, whatever its case and form', (typed, name) => {
    expect(parseLoginName(typed)).toBe(name);
  });

  it.each([
    '',
    ' ',
    'ada example',
    'ada@acme',
    'ada＠acme',
    'a,b',
    '"ada"',
    'x'.repeat(65),
    'a\u0000b',
  ])('A5 %j is none', (typed) => {
    expect(parseLoginName(typed)).toBeUndefined();
  });

  it('A5 W20 a name is read alike where it is given and where it is typed, and stays as it is stored', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 70 }), (typed) => {
        const name = parseLoginName(typed);
        expect(parseEmail(`${typed.trim()}@acme`)?.normalized).toBe(
          name === undefined ? undefined : `${name}@acme`,
        );
        if (name !== undefined) expect(parseLoginName(name)).toBe(name);
      }),
    );
  });
});

describe('the label of a company', () => {
  const accepts = (loginNames: object) => settingsSchema.safeParse({ loginNames }).success;

  it('C6 is off unless said', () => {
    expect(settingsSchema.parse({}).loginNames).toBeNull();
  });

  it('A5 is one word that no mail domain of a company can be', () => {
    for (const label of ['acme', 'a', 'bridge-builders', 'acme2', 'xn--mnchen-3ya'])
      expect([label, accepts({ label })]).toEqual([label, true]);
    for (const label of [
      'acme.example',
      'Acme',
      'a b',
      '-acme',
      '',
      'acme@',
      'x'.repeat(64),
      '127',
      '0x7f',
      '*',
    ])
      expect([label, accepts({ label })]).toEqual([label, false]);
    expect(accepts({ label: 'acme', domain: 'acme.example' })).toBe(true);
    for (const domain of ['*.acme.example', 'ACME.example', 'a b'])
      expect([domain, accepts({ label: 'acme', domain })]).toEqual([domain, false]);
  });
});

describe('whose it is', () => {
  it('B10 X28 known, unknown, ended, inactive and elsewhere: the same reads', async () => {
    const { storage, costs, ...base } = createTestStorage();
    const emission = (payload: object) => ({
      id: base.randomness.id(),
      topic: 'any',
      payload: { ...payload },
    });
    const audit = { emission, record: async () => {} };
    const parts = { ...base, storage, events: createEventBus(), audit, messages: { emission } };
    const accounts = createAccounts(parts);
    const companies = createCompanies(parts);
    const identifiers = createIdentifiers(accounts, companies);
    await storage.open();
    await companies.put(company('acme', { loginNames: { label: 'acme' } }), SYSTEM);
    await companies.putDomain(
      { domain: 'sso.example', companyId: 'acme', verified: true, ssoTargeted: true, connectionId: 'idp' },
      SYSTEM,
    );
    const give = async (email: string, loginName: string, status: 'active' | 'inactive' = 'active') => {
      const made = await accounts.create({ email, name: email, status: 'active', emailVerified: true });
      if (made.outcome !== 'created') throw new Error(made.outcome);
      const accountId = made.account.id;
      await companies.putMembership(
        { companyId: 'acme', accountId, status, permissions, loginName, createdAt: 1 },
        SYSTEM,
      );
      return accountId;
    };
    await give('ada@other.example', 'ada');
    await give('sue@sso.example', 'sue');
    await give('lea@other.example', 'lea', 'inactive');
    await accounts.setStatus(await give('gus@other.example', 'gus'), 'inactive', SYSTEM);

    const states: unknown[] = [];
    const reads: number[] = [];
    for (const typed of ['ada@acme', 'sue@acme', 'lea@acme', 'gus@acme', 'nobody@acme', 'ada@nowhere']) {
      const before = costs.reads;
      states.push((await identifiers.resolve(address(typed)))?.state);
      reads.push(costs.reads - before);
    }
    expect(states).toEqual(['name', 'sso-name', undefined, 'name', undefined, undefined]);
    expect(new Set(reads).size).toBe(1);

    // An address that looks like a name, reserved by somebody, doesn't stand in its way.
    await accounts.create({ email: 'ada@acme', name: 'Ada 2', status: 'active', emailVerified: true });
    expect((await identifiers.resolve(address('ada@acme')))?.account.email).toBe('ada@other.example');
    await storage.close();
  });
});
