import { refreshTokenGrant } from 'openid-client';
import { refreshTokenOf, refusal } from '../support/endpoint.ts';
import { type FederationWorld, startFederationWorld } from '../support/federation-world.ts';
import type { JourneyBrowser } from '../support/journey-browser.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { person as entry } from '../support/world.ts';

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

  it('H14 whoever stays with the first company stays signed in', async () => {
    const { person, tokens } = await signedIn('acme');
    clock.advance(ELEVEN_MINUTES);
    await refresh(tokens);
    expect(await isSignedIn(person)).toBe(true);
  });
});
