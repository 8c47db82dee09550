import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { accountOf, logIn } from '../support/sign-in.ts';
import { person as entry, PASSWORD, world } from '../support/world.ts';

const HANDED_OVER = 'Handed-Over-1';

describe('a temporary password by an administrator', () => {
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    gatehouse = await startGatehouse({
      bootstrap: world({
        upstream: { issuer: 'https://idp.invalid', clientId: 'gatehouse', clientSecret: 'secret' },
        companies: [
          {
            id: 'prover',
            name: 'Prover Ltd',
            settings: { password: { minLength: 12 } },
            domains: [{ domain: 'prover.example', verified: true, ssoTargeted: false }],
          },
          { id: 'strict', name: 'Strict Steel', settings: { password: { minLength: 16 } } },
        ],
        accounts: [
          entry('own@other.example', 'Olga Own', ['beta']),
          entry('shared@other.example', 'Shay Shared', ['beta', 'acme']),
          entry('shared@prover.example', 'Priya Proven', ['prover', 'acme']),
          entry('strict@prover.example', 'Stu Strict', ['prover', 'strict']),
          entry('op@other.example', 'Otto Operator', ['beta'], { platformRole: 'operator' }),
        ],
      }),
    });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(() => gatehouse.stop());

  const give = (companyId: string, email: string, password = HANDED_OVER) =>
    gatehouse.invitations.setTemporaryPassword(
      { companyId, email, password },
      { actor: 'the-administrator' },
    );

  it('A15 lets in once, to choose another one; it ends what was signed in, and the person is told', async () => {
    const { epoch } = await accountOf(gatehouse, 'own@other.example');
    expect(await give('beta', 'own@other.example')).toMatchObject({ outcome: 'set', created: false });
    expect((await accountOf(gatehouse, 'own@other.example')).epoch).toBeGreaterThan(epoch);
    const mails = (await gatehouse.sentMessages()).filter(({ to }) => to === 'own@other.example');
    expect(mails).toHaveLength(1);
    const { items } = await gatehouse.audit.list({ limit: 1_000 });
    // The administrator knows it and hands it over; nothing of ours shows it again.
    expect(`${JSON.stringify(mails)}${JSON.stringify(items)}${gatehouse.logLines()}`).not.toContain(
      HANDED_OVER,
    );
    const { person } = await logIn(gatehouse, portal, 'own@other.example', { password: HANDED_OVER });
    expect(person.text).toContain('You logged in with a temporary password');
    // Nothing is issued before it is changed, by whatever way the person asks.
    await person.open((await portal.begin({ prompt: 'none' })).url);
    expect(person.arrivedAt?.searchParams.get('error')).toBe('login_required');
    await logIn(gatehouse, portal, 'own@other.example', { password: HANDED_OVER, browser: person });
    await person.fill('Password', HANDED_OVER).fill('Confirm', HANDED_OVER).press('Set Password');
    expect(person.text).toContain('Must be different than your last four');
    await person.fill('Password', 'My-Own-One-9').fill('Confirm', 'My-Own-One-9').press('Set Password');
    expect(person.arrivedAt?.searchParams.has('code')).toBe(true);
  });

  it('A15 makes an account for somebody new, whose address counts as proven only in a domain that the company proved', async () => {
    expect(await give('beta', 'fresh@other.example')).toMatchObject({ outcome: 'set', created: true });
    expect(await give('prover', 'fresh@prover.example', 'Handed-Over-12')).toMatchObject({ created: true });
    const proven = ['fresh@other.example', 'fresh@prover.example'].map(
      async (email) => (await accountOf(gatehouse, email)).emailVerified,
    );
    expect(await Promise.all(proven)).toEqual([false, true]);
    const { person } = await logIn(gatehouse, portal, 'fresh@other.example', { password: HANDED_OVER });
    expect(person.title).toBe('Create a New Password');
  });

  it('C-1 A15 is as long as the strictest of the person’s companies wants it, whoever gives it', async () => {
    expect(await give('prover', 'strict@prover.example', 'Handed-Over-12')).toEqual({
      outcome: 'refused',
      unmet: ['length'],
    });
    expect(await give('prover', 'strict@prover.example', 'Handed-Over-to-16')).toMatchObject({
      outcome: 'set',
    });
  });

  it('X35 X41 touches nobody whom it shares without proof of the domain, no operator, no stranger and no SSO address', async () => {
    const outcomes = await Promise.all([
      give('beta', 'shared@other.example'),
      give('prover', 'shared@prover.example', 'Handed-Over-12'),
      give('beta', 'op@other.example'),
      give('beta', 'max@other.example'),
      give('acme', 'who@acme.example'),
      give('beta', 'own@other.example', 'weak'),
      give('nowhere', 'own@other.example'),
    ]);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([
      'shared',
      'set',
      'shared',
      'not-a-member',
      'sso',
      'refused',
      'unknown-company',
    ]);
    const still = await logIn(gatehouse, portal, 'shared@other.example', { password: PASSWORD });
    expect(still.person.title).toBe('Select a Company');
    expect(await gatehouse.accounts.byEmail('who@acme.example')).toBeUndefined();
  });
});
