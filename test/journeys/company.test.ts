import { fetchUserInfo, refreshTokenGrant } from 'openid-client';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { client } from '../support/protocol-clients.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { accountOf, logIn, prove } from '../support/sign-in.ts';
import { person as entry, PASSWORD, world } from '../support/world.ts';

describe('people and their companies', () => {
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    gatehouse = await startGatehouse({
      bootstrap: world({
        accounts: [
          entry('none@other.example', 'Nora None', ['beta']),
          entry('half@other.example', 'Hal Half', ['acme', 'beta']),
        ],
        clients: [client('second', { client_name: 'Second' })],
      }),
    });
    portal = await relyingParty(gatehouse.issuer);
    await suspend('none@other.example', 'beta');
    await suspend('half@other.example', 'acme');
  });
  afterAll(() => gatehouse.stop());

  async function suspend(email: string, companyId: string) {
    const account = await accountOf(gatehouse, email);
    const membership = await gatehouse.companies.membership(companyId, account.id);
    if (membership)
      await gatehouse.companies.putMembership({ ...membership, status: 'inactive' }, { actor: 'system' });
  }

  it('A16 asks people of several companies, and insists on an answer', async () => {
    const { person, pending } = await logIn(gatehouse, portal, 'duo@other.example');
    expect(person.title).toBe('Select a Company');
    expect(person.hasLabel('Acme Builders') && person.hasLabel('Beta Bridges')).toBe(true);
    await person.press('Continue');
    expect([person.status, ...person.alerts]).toEqual([422, 'Select a company.']);
    await person.choose('Acme Builders').press('Continue');
    const claims = (await portal.complete(pending, person.arrivedAt)).claims();
    expect(claims).toMatchObject({ company_id: 'acme', company_name: 'Acme Builders' });
  });

  it('A16 takes no company that the person is not in', async () => {
    const { person } = await logIn(gatehouse, portal, 'duo@other.example');
    const { action, fields } = person.form();
    await person.post(action, { ...fields, company: 'gamma' });
    expect([person.status, ...person.alerts]).toEqual([422, 'Select a company.']);
  });

  it('A16 does not ask people of one company, inactive memberships left aside', async () => {
    const { person, pending } = await logIn(gatehouse, portal, 'half@other.example');
    const claims = (await portal.complete(pending, person.arrivedAt)).claims();
    expect(claims?.['company_id']).toBe('beta');
  });

  it('A16 the `company` parameter skips the question', async () => {
    const params = { company: 'beta' };
    const { person, pending } = await logIn(gatehouse, portal, 'duo@other.example', { params });
    const claims = (await portal.complete(pending, person.arrivedAt)).claims();
    expect(claims?.['company_id']).toBe('beta');
  });

  it.each([
    'gamma',
    'nowhere',
  ])('A6 the `company` parameter "%s" of a non-member is answered access_denied', async (company) => {
    const fresh = await logIn(gatehouse, portal, 'duo@other.example', { params: { company } });
    expect(fresh.person.arrivedAt?.searchParams.get('error')).toBe('access_denied');
    expect(fresh.person.arrivedAt?.searchParams.has('code')).toBe(false);
  });

  it('A6 the same parameter is refused to somebody who is signed in', async () => {
    const { person } = await logIn(gatehouse, portal, 'ada@other.example');
    await person.open((await portal.begin({ company: 'acme' })).url);
    expect(person.arrivedAt?.searchParams.get('error')).toBe('access_denied');
  });

  it('A6 tokens name one company, at userinfo too: the relying party of another one turns them away', async () => {
    const { person, pending } = await logIn(gatehouse, portal, 'duo@other.example');
    await person.choose('Acme Builders').press('Continue');
    const tokens = await portal.complete(pending, person.arrivedAt);
    const { sub = '' } = tokens.claims() ?? {};
    const userinfo = await fetchUserInfo(portal.configuration, tokens.access_token, sub);
    /** As an application of one company has to check (docs: the `company` scope). */
    const admits = (company: string) =>
      [tokens.claims(), userinfo].every((claims) => claims?.['company_id'] === company);
    expect([admits('acme'), admits('beta')]).toEqual([true, false]);
    expect(JSON.stringify([tokens.claims(), userinfo])).not.toMatch(/beta|Beta Bridges/);
    // A refresh doesn't change the company, whatever is chosen elsewhere meanwhile.
    const refreshed = await refreshTokenGrant(portal.configuration, tokens.refresh_token ?? '');
    expect(refreshed.claims()?.['company_id']).toBe('acme');
  });

  it('A17 prompt=select_account offers the companies again without a new log-in', async () => {
    const { person, pending } = await logIn(gatehouse, portal, 'duo@other.example');
    await person.choose('Acme Builders').press('Continue');
    await portal.complete(pending, person.arrivedAt);
    const again = await portal.begin({ prompt: 'select_account' });
    await person.open(again.url);
    expect(person.title).toBe('Select a Company');
    expect(person.find('input[checked]')?.getAttribute('value')).toBe('acme');
    await person.choose('Beta Bridges').press('Continue');
    const claims = (await portal.complete(again, person.arrivedAt)).claims();
    expect(claims?.['company_id']).toBe('beta');
  });

  it('A17 W17 prompt=select_account lets another person log in', async () => {
    const { person } = await logIn(gatehouse, portal, 'duo@other.example');
    await person.choose('Acme Builders').press('Continue');
    const again = await portal.begin({ prompt: 'select_account' });
    await person.open(again.url);
    await person.follow('Use another account');
    await prove(person, 'ada@other.example');
    const claims = (await portal.complete(again, person.arrivedAt)).claims();
    expect(claims?.['email']).toBe('ada@other.example');
  });

  it('A17 prompt=select_account asks whoever has one company for the account', async () => {
    const { person } = await logIn(gatehouse, portal, 'ada@other.example');
    const again = await portal.begin({ prompt: 'select_account', login_hint: 'ada@other.example' });
    await person.open(again.url);
    expect(person.hasLabel('Email')).toBe(true);
    await prove(person, 'half@other.example');
    const claims = (await portal.complete(again, person.arrivedAt)).claims();
    expect(claims?.['email']).toBe('half@other.example');
  });

  it('A17 each relying party has its own choice', async () => {
    const { person, pending } = await logIn(gatehouse, portal, 'duo@other.example');
    await person.choose('Acme Builders').press('Continue');
    await portal.complete(pending, person.arrivedAt);
    const second = await relyingParty(gatehouse.issuer, {
      clientId: 'second',
      clientSecret: 'second-secret',
    });
    const other = await second.begin();
    await person.open(other.url);
    expect(person.title).toBe('Select a Company');
    await person.choose('Beta Bridges').press('Continue');
    expect((await second.complete(other, person.arrivedAt)).claims()?.['company_id']).toBe('beta');
    const back = await portal.begin();
    await person.open(back.url);
    expect((await portal.complete(back, person.arrivedAt)).claims()?.['company_id']).toBe('acme');
  });

  it('A19 O8 the right password without an active company leads to whom to ask', async () => {
    const { person } = await logIn(gatehouse, portal, 'none@other.example');
    expect([person.status, person.title]).toEqual([403, 'Permission denied, sorry']);
    expect(person.text).toContain('Ask your project’s administrator');
    expect(person.arrivedAt).toBeUndefined();
    const wrong = await logIn(gatehouse, portal, 'none@other.example', { password: `${PASSWORD}!` });
    expect(wrong.person.status).toBe(401);
  });
});
