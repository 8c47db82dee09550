import { type FederationWorld, signInThere, startFederationWorld } from '../support/federation-world.ts';
import { createPassword, invite, membershipOf } from '../support/invitations.ts';
import { accountOf } from '../support/sign-in.ts';

describe('an invitation to an address whose company signs its people in', () => {
  let world: FederationWorld;
  beforeAll(async () => {
    world = await startFederationWorld();
    const idp = await world.gatehouse.federation.connections.byId('acme-idp');
    if (!idp) throw new Error('no connection');
    // Nobody gets in here without an invitation.
    await world.gatehouse.federation.connections.put({ ...idp, jitProvisioning: false }, { actor: 'system' });
  });
  afterAll(() => world.stop());

  const target = (domain: string) =>
    world.gatehouse.companies.putDomain(
      { domain, companyId: 'acme', verified: true, ssoTargeted: true, connectionId: 'acme-idp' },
      { actor: 'system' },
    );
  const hasPassword = async (email: string) =>
    (await world.gatehouse.credentials.passwords.state((await accountOf(world.gatehouse, email)).id)).has;

  it('W19 E1 goes to the IdP, then joins, and never has a password or terms to agree to (E6)', async () => {
    const { gatehouse, upstream } = world;
    const person = await world
      .browser()
      .open(await invite(gatehouse, 'ivy@acme.example', { companyId: 'acme' }));
    expect(person.url.origin).toBe(upstream.issuer);
    await signInThere(person, 'ivy@acme.example');
    expect(person.title).toBe('Join Acme Builders');
    await person.press('Join');
    expect(person.title).toBe('You are now logged into Gatehouse');
    expect(await hasPassword('ivy@acme.example')).toBe(false);
    expect((await membershipOf(world.gatehouse, 'ivy@acme.example', 'acme'))?.status).toBe('active');
  });

  it('W1 W3 a domain that was targeted between the mail and the click, or between page and form, goes to the IdP', async () => {
    const { gatehouse, upstream } = world;
    const link = await invite(gatehouse, 'kay@turned.example', { companyId: 'acme' });
    const early = await world.browser().open(link);
    expect(early.title).toBe('Create a Password');
    await target('turned.example');
    await createPassword(early);
    expect(early.url.origin).toBe(upstream.issuer);
    expect(await gatehouse.accounts.byEmail('kay@turned.example')).toBeUndefined();
    const person = await world.browser().open(link);
    await signInThere(person, 'kay@turned.example');
    await person.press('Join');
    expect(await hasPassword('kay@turned.example')).toBe(false);
    expect((await membershipOf(world.gatehouse, 'kay@turned.example', 'acme'))?.status).toBe('active');
  });

  it('W19 X5 another person at the IdP does not accept it: nobody joins, and no account is made of the link', async () => {
    const { gatehouse } = world;
    // Somebody whom that IdP may sign in.
    const own = await world
      .browser()
      .open(await invite(gatehouse, 'oak@acme.example', { companyId: 'acme' }));
    await signInThere(own, 'oak@acme.example');
    await own.press('Join');
    const link = await invite(gatehouse, 'lee@acme.example', { companyId: 'beta' });
    const person = await world.browser().open(link);
    await signInThere(person, 'oak@acme.example');
    expect(person.title).toBe('This invitation is for somebody else');
    expect(await gatehouse.accounts.byEmail('lee@acme.example')).toBeUndefined();
    expect(await membershipOf(gatehouse, 'oak@acme.example')).toBeUndefined();
  });

  it('without an invitation nobody is let in by that IdP', async () => {
    const { person } = await world.leave('sue@acme.example');
    await signInThere(person, 'mallory@acme.example');
    expect(await world.gatehouse.accounts.byEmail('mallory@acme.example')).toBeUndefined();
  });
});
