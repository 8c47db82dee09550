import { refreshTokenGrant } from 'openid-client';
import { refreshTokenOf, refusal } from '../support/endpoint.ts';
import { type FederationWorld, startFederationWorld } from '../support/federation-world.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import type { JourneyBrowser } from '../support/journey-browser.ts';
import { client } from '../support/protocol-clients.ts';
import { relyingParty } from '../support/relying-party.ts';
import { accountOf, logIn } from '../support/sign-in.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { person as entry, world } from '../support/world.ts';

const IDA = 'ida@acme.example';
const ELEVEN_MINUTES = 11 * 60_000;

describe('somebody whose identity provider’s company has no idle time turns to a company that has', () => {
  let acme: FederationWorld;
  let clock: TravellingClock;
  beforeAll(async () => {
    clock = travellingClock();
    acme = await startFederationWorld({
      clock,
      companies: [
        { id: 'idle', name: 'Idle Ironworks', settings: { session: { idleMinutes: 10 } } },
        { id: 'brief', name: 'Brief Bricks', settings: { session: { idleMinutes: 5 } } },
      ],
      accounts: [entry(IDA, 'Ida Idle', ['acme', 'idle', 'brief'])],
      clients: [client('second')],
    });
  });
  afterAll(async () => {
    await acme.stop();
    clock.restore();
  });

  beforeEach(() => clock.travelBack());

  async function signedIn(company: string) {
    const { person, pending } = await acme.signIn(IDA, { params: { company } });
    return { person, tokens: await acme.portal.complete(pending, person.arrivedAt) };
  }
  async function turnTo(company: string, person: JourneyBrowser) {
    const pending = await acme.portal.begin({ company, prompt: 'none' });
    await person.open(pending.url);
    return acme.portal.complete(pending, person.arrivedAt);
  }
  async function isSignedIn(person: JourneyBrowser) {
    const { url } = await acme.portal.begin({ prompt: 'none' });
    return (await person.open(url)).arrivedAt?.searchParams.has('code');
  }
  const refresh = (tokens: Parameters<typeof refreshTokenOf>[0]) =>
    refreshTokenGrant(acme.portal.configuration, refreshTokenOf(tokens));

  it('H14 the session and its tokens end with the idle time of the company it turned to', async () => {
    const { person } = await signedIn('acme');
    const tokens = await turnTo('idle', person);
    clock.advance(ELEVEN_MINUTES);
    expect(await refusal(refresh(tokens))).toBe('invalid_grant');
    expect(await isSignedIn(person)).toBe(false);
  });

  it('H14 work counts as activity there, and turning back leaves the shorter time', async () => {
    const { person } = await signedIn('acme');
    let tokens = await turnTo('idle', person);
    for (let times = 0; times < 3; times++) {
      clock.advance(ELEVEN_MINUTES / 2);
      tokens = await refresh(tokens);
    }
    expect(await isSignedIn(person)).toBe(true);
    await turnTo('acme', person);
    clock.advance(ELEVEN_MINUTES);
    expect(await isSignedIn(person)).toBe(false);
  });

  it('H14 attack: a switch that was asked for before a stricter one and redeemed after it gives no time back', async () => {
    const { person } = await signedIn('acme');
    const early = await acme.portal.begin({ company: 'idle', prompt: 'none' });
    await person.open(early.url);
    const at = person.arrivedAt;
    await turnTo('brief', person);
    const tokens = await acme.portal.complete(early, at);
    clock.advance(4 * 60_000);
    const refreshed = await refresh(tokens);
    clock.advance(6 * 60_000);
    expect(await refusal(refresh(refreshed))).toBe('invalid_grant');
    expect(await isSignedIn(person)).toBe(false);
  });

  it('H14 attack: another log-in at the first company’s identity provider gives the session no longer time', async () => {
    const { person } = await signedIn('acme');
    const tokens = await turnTo('idle', person);
    const second = { clientId: 'second', clientSecret: 'second-secret' };
    const party = await relyingParty(acme.gatehouse.issuer, second);
    const params = { company: 'acme', prompt: 'login' };
    const { pending } = await acme.signIn(IDA, { browser: person, party, params });
    await party.complete(pending, person.arrivedAt);
    clock.advance(ELEVEN_MINUTES);
    expect(await refusal(refresh(tokens))).toBe('invalid_grant');
    expect(await isSignedIn(person)).toBe(false);
  });

  it('H14 whoever stays with the first company stays signed in', async () => {
    const { person, tokens } = await signedIn('acme');
    clock.advance(ELEVEN_MINUTES);
    await refresh(tokens);
    expect(await isSignedIn(person)).toBe(true);
  });
});

describe('somebody who logged in with a password joins a company that has an idle time afterwards', () => {
  it('H14 the session takes it with that company, not before', async () => {
    const clock = travellingClock();
    const settings = { session: { idleMinutes: 10 } };
    const gatehouse = await startGatehouse({
      clock,
      bootstrap: world({ companies: [{ id: 'idle', name: 'Idle Ironworks', settings }] }),
    });
    try {
      const portal = await relyingParty(gatehouse.issuer);
      const { person, pending } = await logIn(gatehouse, portal, 'ada@other.example');
      const former = await portal.complete(pending, person.arrivedAt);
      const { id: accountId } = await accountOf(gatehouse, 'ada@other.example');
      const permissions = { companyAdmin: 'none', directory: 'none' } as const;
      await gatehouse.companies.putMembership(
        { companyId: 'idle', accountId, status: 'active', permissions, createdAt: clock.now() },
        { actor: 'system' },
      );
      clock.advance(ELEVEN_MINUTES);
      await refreshTokenGrant(portal.configuration, refreshTokenOf(former));
      const turning = await portal.begin({ company: 'idle', prompt: 'none' });
      await person.open(turning.url);
      const tokens = await portal.complete(turning, person.arrivedAt);
      clock.advance(ELEVEN_MINUTES);
      expect(await refusal(refreshTokenGrant(portal.configuration, refreshTokenOf(tokens)))).toBe(
        'invalid_grant',
      );
      const { url } = await portal.begin({ prompt: 'none' });
      expect((await person.open(url)).arrivedAt?.searchParams.get('error')).toBe('login_required');
    } finally {
      await gatehouse.stop();
      clock.restore();
    }
  });
});
