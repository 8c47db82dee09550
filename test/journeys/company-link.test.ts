import { refreshTokenGrant } from 'openid-client';
import { refreshTokenOf, refusal } from '../support/endpoint.ts';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import type { JourneyBrowser } from '../support/journey-browser.ts';
import { client } from '../support/protocol-clients.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { logIn } from '../support/sign-in.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { world } from '../support/world.ts';

const DUO = 'duo@other.example';

describe('a link of any site that names another company', () => {
  let clock: TravellingClock;
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  let second: RelyingParty;
  beforeAll(async () => {
    clock = travellingClock();
    gatehouse = await startGatehouse({ clock, bootstrap: world({ clients: [client('second')] }) });
    portal = await relyingParty(gatehouse.issuer);
    second = await relyingParty(gatehouse.issuer, { clientId: 'second', clientSecret: 'second-secret' });
  });
  afterAll(async () => {
    await gatehouse.stop();
    clock.restore();
  });

  async function signedIn(company = 'acme') {
    const { person, pending } = await logIn(gatehouse, portal, DUO, { params: { company } });
    return { person, tokens: await portal.complete(pending, person.arrivedAt) };
  }
  /** The relying party did not ask: it has no state of it, and no verifier of its code. */
  async function lure(person: JourneyBrowser, party = portal, params: Record<string, string> = {}) {
    const pending = await party.begin({ company: 'beta', ...params });
    await person.open(pending.url);
    expect(person.arrivedAt?.searchParams.has('code')).toBe(true);
    return { pending, at: person.arrivedAt };
  }
  /** What the relying party hears when it asks itself. */
  async function companyOf(person: JourneyBrowser, params: Record<string, string> = { prompt: 'none' }) {
    const pending = await portal.begin(params);
    await person.open(pending.url);
    return (await portal.complete(pending, person.arrivedAt)).claims()?.['company_id'];
  }

  it('A17 X19 turns no session: company and tokens stay', async () => {
    const { person, tokens } = await signedIn();
    await lure(person);
    await lure(person, portal, { prompt: 'none', scope: 'openid company offline_access' });
    expect(await companyOf(person)).toBe('acme');
    const refreshed = await refreshTokenGrant(portal.configuration, refreshTokenOf(tokens));
    expect(refreshed.claims()?.['company_id']).toBe('acme');
  });

  it('A16 X19 chooses nothing where the person has not chosen yet', async () => {
    const { person } = await signedIn();
    await lure(person, second);
    await person.open((await second.begin()).url);
    expect(person.arrivedAt).toBeUndefined();
    expect(person.hasLabel('Beta Bridges')).toBe(true);
  });

  it('A17 is nothing that the relying party asks: its switch counts with the code, without a question', async () => {
    const { person, tokens } = await signedIn();
    const pending = await portal.begin({ company: 'beta', prompt: 'none' });
    await person.open(pending.url);
    const ofBeta = await portal.complete(pending, person.arrivedAt);
    expect(await companyOf(person)).toBe('beta');
    expect(await refusal(refreshTokenGrant(portal.configuration, refreshTokenOf(tokens)))).toBe(
      'invalid_grant',
    );
    // Longer than a grant waits for its code.
    clock.advance(10 * 60_000);
    const refreshed = await refreshTokenGrant(portal.configuration, refreshTokenOf(ofBeta));
    expect(refreshed.claims()?.['company_id']).toBe('beta');
  });

  it('A17 X17 switches nothing by a code that came late or was redeemed with another verifier', async () => {
    const { person } = await signedIn();
    const late = await lure(person);
    const stolen = await lure(person);
    const other = await portal.begin();
    expect(
      await refusal(portal.complete({ ...stolen.pending, codeVerifier: other.codeVerifier }, stolen.at)),
    ).toBe('invalid_grant');
    clock.advance(61_000);
    expect(await refusal(portal.complete(late.pending, late.at))).toBe('invalid_grant');
    expect(await companyOf(person)).toBe('acme');
  });

  it('A17 X19 of two that are redeemed the later counts, and the former’s tokens end', async () => {
    const { person } = await signedIn();
    const [first, again] = [await lure(person), await lure(person)];
    const former = refreshTokenOf(await portal.complete(first.pending, first.at));
    const latter = refreshTokenOf(await portal.complete(again.pending, again.at));
    expect(await refusal(refreshTokenGrant(portal.configuration, former))).toBe('invalid_grant');
    expect((await refreshTokenGrant(portal.configuration, latter)).claims()?.['company_id']).toBe('beta');
  });
});
