import { MINUTE } from '#kernel';
import { startGatehouse } from './gatehouse.ts';
import { JourneyBrowser } from './journey-browser.ts';
import { client } from './protocol-clients.ts';
import { type RelyingParty, relyingParty } from './relying-party.ts';
import { type LogInOptions, logIn } from './sign-in.ts';
import { travellingClock } from './travelling-clock.ts';
import { totpCode, world } from './world.ts';

export const CODE = 'Enter Your 6-digit Verification Code';
export const TRUST = 'Don’t ask again on this device';

const enforced = { required: true, enforcementDate: '2026-01-01', timeZone: 'UTC' };
const allowing = (trustedDeviceDays: number) => ({ mfa: { ...enforced, trustedDeviceDays } });

const COMPANIES = [
  { id: 'month', name: 'Month Masonry', settings: allowing(30) },
  { id: 'week', name: 'Week Works', settings: allowing(7) },
  { id: 'fickle', name: 'Fickle Fences', settings: allowing(30) },
  {
    id: 'soon',
    name: 'Soon Steel',
    settings: { mfa: { ...enforced, enforcementDate: '2099-12-01', trustedDeviceDays: 30 } },
  },
  {
    id: 'rotates',
    name: 'Rotating Roofs',
    settings: { ...allowing(90), password: { expiryDays: 60 } },
  },
  { id: 'offers', name: 'Offer Oaks', settings: { mfa: { trustedDeviceDays: 30 } } },
];

export const emailOf = (name: string): string => `${name}@other.example`;

export type TrustWorld = Awaited<ReturnType<typeof startTrustWorld>>;

/** Companies that let people trust a device, each in its way, and people of `accounts` with an authenticator app. */
export async function startTrustWorld(accounts: object[]) {
  const clock = travellingClock();
  const gatehouse = await startGatehouse({
    clock,
    bootstrap: world({
      companies: COMPANIES,
      accounts,
      clients: [client('pay', { payments: true })],
    }),
  });
  const portal = await relyingParty(gatehouse.issuer);
  const payments = await relyingParty(gatehouse.issuer, { clientId: 'pay', clientSecret: 'pay-secret' });

  const enter = (name: string, options: LogInOptions & { party?: RelyingParty } = {}) =>
    logIn(gatehouse, options.party ?? portal, emailOf(name), options);

  /** The next one is of another step of time (X30). */
  async function giveCode(person: JourneyBrowser): Promise<JourneyBrowser> {
    clock.advance(MINUTE);
    return person.fill(CODE, await totpCode(clock.now())).press('Continue');
  }

  /** The cookie of known devices alone: the browser once its sign-in is over, or what somebody has copied of it. */
  async function copyOf(person: JourneyBrowser): Promise<JourneyBrowser> {
    const copy = new JourneyBrowser([gatehouse.issuer]);
    const cookies = await person.jar.getCookies(gatehouse.issuer);
    for (const cookie of cookies.filter(({ key }) => key === 'gh_known'))
      await copy.jar.setCookie(cookie.toString(), gatehouse.issuer);
    return copy;
  }

  return {
    ...{ clock, gatehouse, portal, payments, enter, giveCode, copyOf },
    browser: (headers = {}) => new JourneyBrowser([gatehouse.issuer], headers),
    /** A browser in which `name` has logged in with the box ticked. */
    async trusting(name: string, browser?: JourneyBrowser): Promise<JourneyBrowser> {
      const { person } = await enter(name, browser ? { browser } : {});
      await giveCode(person.choose(TRUST));
      return person;
    },
    /** Whether a second factor is asked of `name` in what is left of this browser. */
    async isAsked(name: string, browser: JourneyBrowser, options: LogInOptions = {}): Promise<boolean> {
      const { person } = await enter(name, { browser: await copyOf(browser), ...options });
      return person.hasLabel(CODE);
    },
    async stop(): Promise<void> {
      await gatehouse.stop();
      clock.restore();
    },
  };
}
