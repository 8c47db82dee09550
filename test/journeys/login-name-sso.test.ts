import { type FederationWorld, SAM, signInThere, startFederationWorld } from '../support/federation-world.ts';
import { person as entry, PASSWORD } from '../support/world.ts';

describe('log-in names that sign in at the company’s IdP', () => {
  let world: FederationWorld;
  beforeAll(async () => {
    world = await startFederationWorld({
      companies: [
        // The domain of another company decides nothing here.
        { id: 'thieves', settings: { loginNames: { label: 'thieves', domain: 'globex.example' } } },
      ],
      accounts: [
        entry('tom@other.example', 'Tom', [], { memberships: [{ company: 'thieves', loginName: 'tom' }] }),
      ],
    });
    const { companies } = world.gatehouse;
    const acme = await companies.byId('acme');
    if (!acme) throw new Error('no acme');
    const settings = { ...acme.settings, loginNames: { label: 'acme', domain: 'acme.example' } };
    await companies.put({ ...acme, settings }, { actor: 'system' });
  });
  afterAll(() => world.stop());

  it('A5 B6 lead straight there and back, known or not, and the IdP is told no name that it cannot know', async () => {
    const { person, pending } = await world.leave('sam@acme');
    expect(person.url.origin).toBe(world.upstream.issuer);
    expect(person.url.searchParams.has('login_hint')).toBe(false);
    await signInThere(person, SAM);
    const claims = (await world.portal.complete(pending, person.arrivedAt)).claims();
    expect(claims).toMatchObject({ email: SAM, acr: 'urn:gatehouse:acr:sso' });
    expect(person.transcript.join('\n')).not.toContain('type="password"');
    const stranger = await world.leave('made-up-by-a-stranger@acme');
    expect(stranger.person.url.origin).toBe(world.upstream.issuer);
  });

  it('W1 attack: a password that is posted past the page is not looked at', async () => {
    const { person } = await world.leave('tom@other.example');
    const { action, fields } = person.form();
    await person.follow('Not you?');
    await person.fill('Email', 'sam@acme').press('Continue');
    await person.post(action, { ...fields, password: PASSWORD });
    expect(person.hasLabel('Password')).toBe(false);
    expect(person.arrivedAt?.searchParams.has('code') ?? false).toBe(false);
  });

  it('A5 a company cannot send its names to an IdP that is not its own', async () => {
    const { person } = await world.leave('tom@thieves');
    expect(person.title).toBe('Enter your password');
  });
});
