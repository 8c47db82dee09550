import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { agree, createPassword, invite, membershipOf } from '../support/invitations.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { client } from '../support/protocol-clients.ts';
import { relyingParty } from '../support/relying-party.ts';
import { accountOf, logIn } from '../support/sign-in.ts';
import { person as entry, PASSWORD, world } from '../support/world.ts';

const PLANNER = { clientId: 'planner', clientSecret: 'planner-secret', scope: 'openid email' };

describe('an invitation to somebody who has an account', () => {
  let gatehouse: TestGatehouse;
  beforeAll(async () => {
    gatehouse = await startGatehouse({
      bootstrap: world({
        accounts: [
          entry('eve@other.example', 'Eve Existing', ['beta']),
          entry('sid@other.example', 'Sid Session', ['beta']),
          entry('gil@other.example', 'Gil Gamma', ['beta']),
          entry('gone@other.example', 'Guy Gone', ['beta']),
          entry('mallory@other.example', 'Mal Lory', ['beta']),
        ],
        clients: [client(PLANNER.clientId, { first_party: false })],
      }),
    });
  });
  afterAll(() => gatehouse.stop());

  const browser = () => new JourneyBrowser([gatehouse.issuer]);
  const signedIn = async (email: string) => {
    const portal = await relyingParty(gatehouse.issuer);
    return (await logIn(gatehouse, portal, email)).person;
  };

  it('A14 asks the whole sign-in, then to join; "Cancel" changes nothing', async () => {
    const link = await invite(gatehouse, 'eve@other.example', { companyId: 'acme' });
    const person = await browser().open(link);
    expect(person.title).toBe('Enter your password');
    await person.fill('Password', PASSWORD).press('Continue');
    expect(person.title).toBe('Join Acme Builders');
    await person.press('Cancel');
    expect(person.text).toContain('nothing was changed');
    expect(await membershipOf(gatehouse, 'eve@other.example', 'acme')).toBeUndefined();
    await person.follow('Go on with the invitation');
    await person.press('Join');
    expect(person.title).toBe('You are now logged into Gatehouse');
    expect((await membershipOf(gatehouse, 'eve@other.example', 'acme'))?.status).toBe('active');
  });

  it('W6 W19 whoever is signed in joins by a button, never by opening the link', async () => {
    const person = await signedIn('sid@other.example');
    await person.open(await invite(gatehouse, 'sid@other.example', { companyId: 'acme' }));
    expect(person.title).toBe('Join Acme Builders');
    expect(await membershipOf(gatehouse, 'sid@other.example', 'acme')).toBeUndefined();
    await person.press('Join');
    expect((await membershipOf(gatehouse, 'sid@other.example', 'acme'))?.status).toBe('active');
  });

  it('W19 another person’s session: both accounts are named; "Cancel" leaves everything, "Switch" goes on as the invited', async () => {
    const link = await invite(gatehouse, 'guest@new.example', { companyId: 'acme' });
    const person = await signedIn('ada@other.example');
    await person.open(link);
    expect(person.title).toBe('This invitation is for somebody else');
    expect(person.text).toContain('guest@new.example');
    expect(person.text).toContain('ada@other.example');
    await person.press('Cancel');
    expect(person.text).toContain('nothing was changed');
    await person.open(link);
    await person.press('Switch');
    expect(person.title).toBe('Create a Password');
    await agree(await createPassword(person));
    expect(person.title).toBe('You are now logged into Gatehouse');
    expect((await membershipOf(gatehouse, 'guest@new.example', 'acme'))?.status).toBe('active');
    expect(await membershipOf(gatehouse, 'ada@other.example', 'acme')).toBeUndefined();
  });

  it('W19 signing in as somebody else on the way leads to the same page, and joins nobody', async () => {
    const person = await browser().open(await invite(gatehouse, 'other@new.example', { companyId: 'acme' }));
    await person.open(`${person.url.pathname.replace('create-password', '')}/identify`);
    await person.fill('Email', 'tess@other.example').press('Continue');
    await person.fill('Password', PASSWORD).press('Continue');
    expect(person.title).toBe('This invitation is for somebody else');
    expect(await membershipOf(gatehouse, 'tess@other.example', 'acme')).toBeUndefined();
  });

  it('A14 H2 a company that enforces MFA is joined with a second factor only, also from a session that has none', async () => {
    const person = await signedIn('gil@other.example');
    await person.open(await invite(gatehouse, 'gil@other.example', { companyId: 'gamma' }));
    expect(person.title).toBe('Enter your password');
    await person.fill('Password', PASSWORD).press('Continue');
    await person.press('Join');
    expect(person.title).toBe('Two-Factor Authentication Required');
    expect(await membershipOf(gatehouse, 'gil@other.example', 'gamma')).toBeUndefined();
  });

  it('a deactivated account is not opened by an invitation', async () => {
    const link = await invite(gatehouse, 'gone@other.example', { companyId: 'acme' });
    const { id } = await accountOf(gatehouse, 'gone@other.example');
    await gatehouse.accounts.setStatus(id, 'inactive', { actor: 'operator' });
    const person = await browser().open(link);
    expect(person.title).toBe('Enter your password');
    await person.fill('Password', PASSWORD).press('Continue');
    expect(person.status).toBe(401);
  });

  it('X4 what somebody else prepared on an address that nobody proved dies when its owner comes', async () => {
    const { id } = await accountOf(gatehouse, 'mallory@other.example');
    await gatehouse.accounts.changeEmail(id, 'victim@new.example', { actor: id });
    await gatehouse.credentials.recoveryCodes.issue(id, { actor: id });
    await gatehouse.accounts.update(id, (one) => ({ ...one, alwaysSecondFactor: false }));
    const planner = await relyingParty(gatehouse.issuer, PLANNER);
    const trap = await logIn(gatehouse, planner, 'victim@new.example', { password: PASSWORD });
    await trap.person.press('Accept');
    const { accountSessions } = gatehouse.web.authorizationServer;
    expect(await accountSessions.applications(id)).toHaveLength(1);
    const before = await accountOf(gatehouse, 'victim@new.example');
    const person = await browser().open(await invite(gatehouse, 'victim@new.example', { companyId: 'acme' }));
    expect(person.title).toBe('Create a Password');
    await createPassword(person);
    const owner = await accountOf(gatehouse, 'victim@new.example');
    expect(owner.epoch).toBeGreaterThan(before.epoch);
    expect(owner.emailVerified).toBe(true);
    expect((await gatehouse.credentials.recoveryCodes.status(id)).exists).toBe(false);
    // What he agreed to and allowed is not the owner's word.
    expect(await accountSessions.applications(id)).toEqual([]);
    expect([owner.acceptedTerms, owner.alwaysSecondFactor]).toEqual([undefined, undefined]);
    const portal = await relyingParty(gatehouse.issuer);
    const attacker = await logIn(gatehouse, portal, 'victim@new.example', { password: PASSWORD });
    expect(attacker.person.status).toBe(401);
  });
});
