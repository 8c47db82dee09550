import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { accountOf, logIn } from '../support/sign-in.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { person as entry, TOTP_SECRET, totpCode, world } from '../support/world.ts';

const CODE = 'Enter Your 6-digit Verification Code';
const TESS = 'tess@other.example';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('somebody who has the password and guesses codes for days', () => {
  let clock: TravellingClock;
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    clock = travellingClock();
    const french = entry('zoe@other.example', 'Zoé', ['beta'], { totpSecret: TOTP_SECRET, locale: 'fr' });
    gatehouse = await startGatehouse({ clock, bootstrap: world({ accounts: [french] }) });
    portal = await relyingParty(gatehouse.issuer);
  });
  // What a day allows is whole again.
  beforeEach(() => clock.advance(48 * HOUR));
  afterAll(async () => {
    await gatehouse.stop();
    clock.restore();
  });

  const mailsTo = async (address: string) =>
    (await gatehouse.sentMessages()).filter(
      ({ to, subject }) => to === address && /codes (for|pour) /.test(subject ?? ''),
    );
  async function wrongCode(): Promise<string> {
    const shown = await Promise.all([-2, -1, 0, 1, 2].map((step) => totpCode(clock.now() + step * 30_000)));
    return ['000001', '000002', '000003', '000004', '000005', '000006'].find(
      (code) => !shown.includes(code),
    ) as string;
  }
  /** Six guesses of a fresh browser, or of one that was here before; how many were looked at. */
  async function guess(email: string, browser?: JourneyBrowser): Promise<number> {
    const { person } = await logIn(gatehouse, portal, email, { ...(browser && { browser }) });
    const statuses: number[] = [];
    for (let n = 0; n < 6; n++) {
      await person.fill(CODE, await wrongCode()).press('Continue');
      statuses.push(person.status);
    }
    return statuses.filter((status) => status === 422).length;
  }
  /** Logs in with the app's next code. */
  async function comeIn(email: string, browser?: JourneyBrowser) {
    clock.advance(MINUTE);
    const { person } = await logIn(gatehouse, portal, email, {
      totpSecret: TOTP_SECRET,
      ...(browser && { browser }),
    });
    return person;
  }
  const isIn = (person: JourneyBrowser) => person.arrivedAt?.searchParams.has('code') ?? false;

  /** The person's browser at another day: the log-in is over, the known device is left. */
  async function onlyKnown({ jar }: JourneyBrowser): Promise<JourneyBrowser> {
    const browser = new JourneyBrowser([gatehouse.issuer]);
    for (const cookie of await jar.getCookies(gatehouse.issuer))
      if (cookie.key === 'gh_known') await browser.jar.setCookie(cookie.toString(), gatehouse.issuer);
    return browser;
  }

  it('X29 F6 has twenty tries a day, and keeps the person out of none of their browsers', async () => {
    const owner = await comeIn(TESS);
    const looked: number[] = [];
    for (let window = 0; window < 12; window++) {
      looked.push(await guess(TESS));
      clock.advance(30 * MINUTE);
    }
    expect(looked).toEqual([5, 5, 5, 5, 0, 0, 0, 0, 0, 0, 0, 0]);
    const elsewhere = await comeIn(TESS);
    expect([isIn(elsewhere), elsewhere.status]).toEqual([false, 429]);
    expect(elsewhere.alerts.join()).toContain('use a browser in which you have logged in before');
    expect(isIn(await comeIn(TESS, await onlyKnown(owner)))).toBe(true);
    // Nothing stays locked.
    clock.advance(24 * HOUR);
    expect(isIn(await comeIn(TESS))).toBe(true);
  });

  it('X29 F6 has no more than that with a copy of the person’s cookies, however many they are', async () => {
    const copies = [await onlyKnown(await comeIn(TESS)), await onlyKnown(await comeIn(TESS))];
    const looked: number[] = [];
    for (let window = 0; window < 6; window++) {
      for (const copy of copies) looked.push(await guess(TESS, await onlyKnown(copy)));
      clock.advance(10 * MINUTE);
    }
    expect(looked.reduce((sum, count) => sum + count)).toBe(20);
    expect(isIn(await comeIn(TESS))).toBe(true);
  });

  async function tryCodes(id: string, count: number): Promise<void> {
    for (let n = 0; n < count; n++)
      await gatehouse.credentials.totp.verify(id, await wrongCode(), { ip: '192.0.2.1' });
  }

  it('X29 the person is told by mail once a day what is going on and what to do', async () => {
    const { id } = await accountOf(gatehouse, 'zoe@other.example');
    const before = (await mailsTo('zoe@other.example')).length;
    for (let window = 0; window < 3; window++) {
      await tryCodes(id, 5);
      clock.advance(10 * MINUTE);
    }
    const [mail, ...more] = (await mailsTo('zoe@other.example')).slice(before);
    expect([mail?.subject, more]).toEqual(['Quelqu’un essaie des codes pour votre compte', []]);
    expect(mail?.text).toContain('connaît votre mot de passe');
    expect(mail?.text.split('\n')).toContain(`${gatehouse.issuer}/forgot-password`);
    clock.advance(24 * HOUR);
    await tryCodes(id, 5);
    expect(await mailsTo('zoe@other.example')).toHaveLength(before + 2);
  });

  it('X29 four tries in each ten minutes are told of, too', async () => {
    const { id } = await accountOf(gatehouse, 'zoe@other.example');
    const before = (await mailsTo('zoe@other.example')).length;
    for (let window = 0; window < 5; window++) {
      await tryCodes(id, 4);
      expect(await mailsTo('zoe@other.example')).toHaveLength(before + (window < 4 ? 0 : 1));
      clock.advance(10 * MINUTE);
    }
  });
});
