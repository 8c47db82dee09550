import { MINUTE } from '#kernel';
import { codesTo, enrolEmailCode, lastCodeTo } from '../support/email-codes.ts';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { logIn } from '../support/sign-in.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { person as entry, world } from '../support/world.ts';

const CODE = 'Enter Your 6-digit Verification Code';
const EMMA = 'emma@other.example';
const SAM = 'sam@other.example';
const ELSEWHERE = 'Use a browser in which you have logged in before';

describe('somebody who has the password and asks for codes all day', () => {
  let clock: TravellingClock;
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    clock = travellingClock();
    gatehouse = await startGatehouse({
      clock,
      env: { EMAIL_CODES: 'on', LIMIT_LOGINS_PER_MINUTE: '1000' },
      bootstrap: world({
        accounts: [
          entry(EMMA, 'Emma Mail', ['beta']),
          entry(SAM, 'Sam Short', ['beta'], { phone: '+12025550143' }),
        ],
      }),
    });
    portal = await relyingParty(gatehouse.issuer);
    await enrolEmailCode(gatehouse, EMMA);
  });
  afterAll(async () => {
    await gatehouse.stop();
    clock.restore();
  });

  async function textsTo(phone: string): Promise<string[]> {
    const texts = (await gatehouse.sentMessages()).filter(
      ({ channel, to }) => channel === 'sms' && to === phone,
    );
    return texts.map(({ text }) => /\b\d{6}\b/.exec(text)?.[0] ?? '');
  }
  const people = [
    {
      by: 'e-mail',
      email: EMMA,
      codes: () => codesTo(gatehouse, EMMA),
      last: () => lastCodeTo(gatehouse, EMMA),
    },
    {
      by: 'text message',
      email: SAM,
      codes: () => textsTo('+12025550143'),
      last: async () => (await textsTo('+12025550143')).at(-1) ?? '',
    },
  ];

  it.each(people)('X32 by $by leaves the person the codes of their own browsers', async ({
    email,
    codes,
    last,
  }) => {
    const { person: own } = await logIn(gatehouse, portal, email);
    await own.fill(CODE, await last()).press('Continue');
    expect(own.arrivedAt?.searchParams.has('code')).toBe(true);

    let alerts = '';
    for (let asked = 0; asked < 30 && !alerts.includes(ELSEWHERE); asked++) {
      clock.advance(10 * MINUTE);
      const { person } = await logIn(gatehouse, portal, email);
      alerts = person.alerts.join();
    }
    expect(alerts).toContain(ELSEWHERE);

    const before = (await codes()).length;
    const browser = new JourneyBrowser([gatehouse.issuer]);
    for (const cookie of await own.jar.getCookies(gatehouse.issuer))
      if (cookie.key === 'gh_known') await browser.jar.setCookie(cookie.toString(), gatehouse.issuer);
    const { person } = await logIn(gatehouse, portal, email, { browser });
    expect(await codes()).toHaveLength(before + 1);
    await person.fill(CODE, await last()).press('Continue');
    expect(person.arrivedAt?.searchParams.has('code')).toBe(true);

    const mails = (await gatehouse.sentMessages()).filter(
      ({ to, text }) => to === email && text.includes('sent several times'),
    );
    expect(mails).toHaveLength(1);
    expect(mails[0]?.text.split('\n')).toContain(`${gatehouse.issuer}/forgot-password`);
  });
});
