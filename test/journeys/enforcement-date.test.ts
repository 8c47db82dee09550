import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { accountOf, beginLogIn, logIn } from '../support/sign-in.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { person as entry, TOTP_SECRET, world } from '../support/world.ts';

const DAY_BEFORE = '2026-12-03T12:00:00Z';

describe('MFA that is announced for a day', () => {
  let clock: TravellingClock;
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    clock = travellingClock(DAY_BEFORE);
    gatehouse = await startGatehouse({
      clock,
      bootstrap: world({
        companies: [
          {
            id: 'friday',
            name: 'Friday Frames',
            settings: {
              mfa: {
                available: true,
                required: true,
                enforcementDate: '2026-12-04',
                timeZone: 'America/New_York',
              },
            },
          },
        ],
        accounts: [
          entry('early@other.example', 'Earl Early', ['friday']),
          entry('tokyo@other.example', 'Tomoko Tokyo', ['friday'], { timeZone: 'Asia/Tokyo' }),
          entry('forgot@other.example', 'Fern Forgot', ['friday']),
          entry('lost@other.example', 'Lou Lost', ['friday'], { totpSecret: TOTP_SECRET }),
          entry('waived@other.example', 'Wim Waived', ['friday'], { totpSecret: TOTP_SECRET }),
          entry('chose@other.example', 'Cho Chosen', ['friday'], { totpSecret: TOTP_SECRET }),
        ],
      }),
    });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(async () => {
    clock.restore();
    await gatehouse.stop();
  });

  beforeEach(() => clock.travelTo(DAY_BEFORE));

  it('G25 offers enrolment with the day, and lets people put it off at each log-in', async () => {
    for (const _time of [1, 2]) {
      const { person } = await logIn(gatehouse, portal, 'early@other.example');
      expect(person.title).toBe('Protect Your Account with Two-Factor Authentication');
      expect(person.text).toMatch(/Required from .*December 4, 2026/);
      await person.press('Remind me later');
      expect(person.arrivedAt?.searchParams.has('code')).toBe(true);
    }
  });

  it('G2 H7 begins at midnight of New York, for people in Tokyo too: nobody ends a log-in without a method then', async () => {
    clock.travelTo('2026-12-04T04:59:50Z');
    const before = await logIn(gatehouse, portal, 'tokyo@other.example');
    expect(before.person.buttons()).toContain('Remind me later');
    clock.travelTo('2026-12-04T05:00:00Z');
    const after = await logIn(gatehouse, portal, 'tokyo@other.example');
    expect(after.person.title).toBe('Two-Factor Authentication Required');
    expect(after.person.buttons()).toEqual(['Set Up Now']);
    // Neither by the form of before, nor by the next page, nor by asking again.
    const { action, fields } = after.person.form();
    await after.person.post(action, { ...fields, choice: 'later' });
    expect([after.person.title, after.person.arrivedAt]).toEqual([
      'Select an Authentication Method',
      undefined,
    ]);
    await after.person.open((await portal.begin({ prompt: 'none' })).url);
    expect(after.person.arrivedAt?.searchParams.get('error')).toBe('login_required');
  });

  it('H7 a page that was opened before midnight can’t be put off after it', async () => {
    clock.travelTo('2026-12-04T04:59:30Z');
    const { person } = await logIn(gatehouse, portal, 'early@other.example');
    clock.travelTo('2026-12-04T05:00:00Z');
    await person.press('Remind me later');
    expect(person.arrivedAt).toBeUndefined();
    expect(person.title).toBe('Select an Authentication Method');
  });

  it('W15 no reset gives the time before the day back, neither of the password nor of the methods', async () => {
    const before = await logIn(gatehouse, portal, 'forgot@other.example');
    await before.person.press('Remind me later');
    expect(before.person.arrivedAt?.searchParams.has('code')).toBe(true);
    clock.travelTo('2026-12-05T12:00:00Z');
    const { person: forgetful } = await beginLogIn(gatehouse, portal);
    await forgetful.open('/forgot-password');
    await forgetful.fill('Email', 'forgot@other.example').press('Submit');
    const mail = (await gatehouse.sentMessages()).findLast(({ to }) => to === 'forgot@other.example');
    await forgetful.open(/http\S+token=\S+/.exec(mail?.text ?? '')?.[0] ?? '');
    await forgetful.fill('Password', 'Battery-Staple-8').fill('Confirm', 'Battery-Staple-8');
    await forgetful.press('Reset Password');
    const reset = await logIn(gatehouse, portal, 'forgot@other.example', { password: 'Battery-Staple-8' });
    expect(reset.person.buttons()).toEqual(['Set Up Now']);

    const { id } = await accountOf(gatehouse, 'lost@other.example');
    await gatehouse.credentials.totp.remove(id, { actor: 'system' });
    const lost = await logIn(gatehouse, portal, 'lost@other.example');
    expect([lost.person.title, lost.person.buttons()]).toEqual([
      'Two-Factor Authentication Required',
      ['Set Up Now'],
    ]);
  });

  it('W15 goes by the server’s clock and the company’s zone, whatever a browser says of its own', async () => {
    expect((await gatehouse.companies.byId('friday'))?.settings.mfa).toMatchObject({
      enforcementDate: '2026-12-04',
      timeZone: 'America/New_York',
    });
    const browserOfYesterday = () =>
      new JourneyBrowser([gatehouse.issuer], { date: 'Tue, 01 Dec 2026 12:00:00 GMT' });
    clock.travelTo('2026-12-04T04:59:30Z');
    const { person: before } = await logIn(gatehouse, portal, 'early@other.example', {
      browser: browserOfYesterday(),
    });
    expect(before.buttons()).toContain('Remind me later');
    clock.travelTo('2026-12-04T05:00:00Z');
    const { person: after } = await logIn(gatehouse, portal, 'early@other.example', {
      browser: browserOfYesterday(),
    });
    expect(after.buttons()).toEqual(['Set Up Now']);
  });

  it('H1 lets nobody off by a wish of their own', async () => {
    const { id } = await accountOf(gatehouse, 'waived@other.example');
    await gatehouse.accounts.update(id, (stored) => ({ ...stored, alwaysSecondFactor: false }));
    const before = await logIn(gatehouse, portal, 'waived@other.example');
    expect(before.person.arrivedAt?.searchParams.has('code')).toBe(true);
    clock.travelTo('2026-12-04T05:00:00Z');
    const after = await logIn(gatehouse, portal, 'waived@other.example');
    expect(after.person.title).toBe('Verify Your Identity');
  });

  it('H16 challenges those who have enrolled, whatever the day', async () => {
    const { person } = await logIn(gatehouse, portal, 'chose@other.example');
    expect(person.title).toBe('Verify Your Identity');
  });
});
