import { createHash } from 'node:crypto';
import { type FederationWorld, SAM, signInThere, startFederationWorld } from '../support/federation-world.ts';
import type { JourneyBrowser } from '../support/journey-browser.ts';
import { PASSWORD } from '../support/world.ts';

describe('what comes back from an IdP', () => {
  let world: FederationWorld;
  beforeAll(async () => {
    world = await startFederationWorld();
  });
  afterEach(() => world.upstream.control({}));
  afterAll(() => world.stop());

  /** The IdP's answer for this browser, not yet delivered. */
  const answerFor = (person: JourneyBrowser, email = SAM) => world.upstream.signIn(person.url.href, email);

  async function refusedWith(words: string, email: string, as: string): Promise<void> {
    const { person } = await world.signIn(email, { as });
    expect(person.status).toBe(403);
    expect(person.alerts.join()).toContain(words);
  }

  it('X2 is refused when it names an address that the company has not proven', async () => {
    await refusedWith('does not belong to the company', SAM, 'ceo@globex.example');
    await refusedWith('does not belong to the company', SAM, 'ada@other.example');
    const { items } = await world.gatehouse.audit.list({ companyId: 'acme' });
    const refusals = items.filter(({ type }) => type === 'federation.refused');
    const [latest, former] = refusals.map(({ details }) => details['domain']);
    expect([latest, former]).toEqual(['other.example', 'globex.example']);
  });

  it('X1 W8 does not take over an account by an address that the IdP has not verified', async () => {
    await world.upstream.control({ claims: { email_verified: false } });
    await refusedWith('linked to another person', 'both@acme.example', 'both@acme.example');
    await refusedWith('you have no account here', 'unknown@acme.example', 'unknown@acme.example');
  });

  it('W9 does not take over an account by a second subject with the same address', async () => {
    await world.signIn('rita@acme.example');
    await world.upstream.control({ claims: { sub: 'someone-else' } });
    await refusedWith('linked to another person', 'rita@acme.example', 'rita@acme.example');
  });

  it('X7 counts for nothing at another connection’s redirect URI', async () => {
    const { person } = await world.leave(SAM);
    const answer = await answerFor(person);
    answer.pathname = '/federation/globex-idp/callback';
    await person.open(answer);
    expect(person.alerts.join()).toContain('did not pass our checks');
    // Used up there, it counts for nothing at the right one either.
    answer.pathname = '/federation/acme-idp/callback';
    await person.open(answer);
    expect(person.arrivedAt).toBeUndefined();
    expect(person.alerts.join()).toContain('was used before');
  });

  it('X8 counts for nothing once its connection is switched off', async () => {
    const { connections } = world.gatehouse.federation;
    const { person } = await world.leave('ann@labs.acme.example');
    const answer = await answerFor(person, 'ann@labs.acme.example');
    const connection = await connections.byId('acme-labs');
    if (!connection) throw new Error('no such connection');
    await connections.put({ ...connection, enabled: false }, { actor: 'system' });
    await person.open(answer);
    expect(person.status).toBe(403);
    expect(person.text).toContain('switched off');
    expect(person.hasLabel('Password')).toBe(false);
    await connections.put(connection, { actor: 'system' });
    await signInThere(await person.follow('Try again'), 'ann@labs.acme.example');
    expect(person.arrivedAt).toBeDefined();
  });

  it('counts once: a second delivery is not even taken to the IdP', async () => {
    const { person } = await world.leave(SAM);
    const answer = await answerFor(person);
    await person.open(answer);
    expect(person.arrivedAt).toBeDefined();
    const { token } = await world.upstream.counts();
    await person.open(answer);
    expect((await world.upstream.counts()).token).toBe(token);
  });

  it('X14 counts for nothing when nobody here asked for it', async () => {
    const { person } = await world.leave(SAM);
    const answer = await answerFor(person);
    answer.searchParams.set('state', 'invented.state');
    await person.open(answer);
    expect([person.status, person.title]).toEqual([410, 'Your log-in has expired']);
  });

  it('X19 counts for nothing in another browser, and is not spent by it', async () => {
    const { person, pending } = await world.leave(SAM);
    const answer = await answerFor(person);
    const other = world.browser();
    await other.open(answer);
    expect([other.status, other.arrivedAt]).toEqual([410, undefined]);
    await person.open(answer);
    await world.portal.complete(pending, person.arrivedAt);
  });

  it('takes over nothing of another person’s log-in that was under way', async () => {
    const { person, pending } = await world.leave(SAM);
    const answer = await answerFor(person);
    const uid = answer.searchParams.get('state')?.split('.')[0];
    await person.open(`${world.gatehouse.issuer}/interaction/${uid}/identify`);
    await person.fill('Email', 'max@other.example').press('Continue');
    await person.fill('Password', PASSWORD).press('Continue');
    await person.press('Set Up Now');
    await person.choose('Authenticator App').press('Continue');
    await person.open(answer);
    const claims = (await world.portal.complete(pending, person.arrivedAt)).claims();
    expect(claims).toMatchObject({ email: SAM, amr: ['fed'] });
  });

  it('lets an account in no more whose membership or self is switched off', async () => {
    const { companies, accounts } = world.gatehouse;
    const { person, pending } = await world.signIn('gone@acme.example');
    const id = (await world.portal.complete(pending, person.arrivedAt)).claims()?.sub ?? '';
    const membership = await companies.membership('acme', id);
    if (!membership) throw new Error('no membership');
    await companies.putMembership({ ...membership, status: 'inactive' }, { actor: 'system' });
    await refusedWith('You do not have permission', 'gone@acme.example', 'gone@acme.example');
    await companies.putMembership(membership, { actor: 'system' });
    await accounts.setStatus(id, 'inactive', { actor: 'system' });
    await refusedWith('You do not have permission', 'gone@acme.example', 'gone@acme.example');
  });

  it('a link is suspended by a change of our address until the IdP names the new one', async () => {
    const { person, pending } = await world.signIn('mia@acme.example');
    const id = (await world.portal.complete(pending, person.arrivedAt)).claims()?.sub ?? '';
    await world.gatehouse.accounts.changeEmail(id, 'mia.new@acme.example', {
      actor: 'system',
      verified: true,
    });
    const same = { sub: subjectOf('mia@acme.example') };
    await refusedWith('linked to another person', 'mia@acme.example', 'mia@acme.example');
    await world.upstream.control({ claims: same });
    const { person: later, pending: again } = await world.signIn('mia.new@acme.example');
    const claims = (await world.portal.complete(again, later.arrivedAt)).claims();
    expect(claims).toMatchObject({ sub: id, email: 'mia.new@acme.example' });
  });
});

/** The test IdP's own name for a person. */
function subjectOf(email: string): string {
  return createHash('sha256').update(email).digest('hex').slice(0, 16);
}
