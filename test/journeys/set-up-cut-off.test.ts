import { shownSecret } from '../support/authenticator-setup.ts';
import { createGatedEngine } from '../support/gated-engine.ts';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { openProfile, proveAgain } from '../support/profile.ts';
import { relyingParty } from '../support/relying-party.ts';
import { accountOf, logIn } from '../support/sign-in.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { person as entry, totpCode, world } from '../support/world.ts';

const MINUTE = 60_000;
const MISSING = 'You have no recovery code. Request one';

describe('a second factor whose set-up was cut off before its recovery code', () => {
  const engine = createGatedEngine();
  let gatehouse: TestGatehouse;
  let clock: TravellingClock;
  beforeAll(async () => {
    clock = travellingClock();
    gatehouse = await startGatehouse({
      clock,
      wrapEngine: engine.wrap,
      bootstrap: world({
        accounts: [
          entry('profile@other.example', 'Pat Profile', ['beta']),
          entry('log-in@other.example', 'Lou Login', ['gamma']),
        ],
      }),
    });
  });
  afterAll(async () => {
    await gatehouse.stop();
    clock.restore();
  });

  /** Sends the code of a new app; the write of the recovery code behind it never gets there. */
  async function setUpAndFail(person: JourneyBrowser) {
    const secret = shownSecret(person);
    const { action, fields } = person.form();
    const send = async () => person.post(action, { ...fields, code: await totpCode(clock.now(), secret) });
    engine.hold('recovery-codes', 'insert').fail(new Error('the power went'));
    await send();
    expect(person.status).toBe(500);
    return { secret, send };
  }

  async function stateOf(email: string) {
    const { totp, recoveryCodes } = gatehouse.credentials;
    const { id } = await accountOf(gatehouse, email);
    return { app: (await totp.status(id)).enrolled, code: (await recoveryCodes.status(id)).exists };
  }

  it('G29 J5 on the profile: every page of it says that the code is missing, until there is one', async () => {
    const email = 'profile@other.example';
    const begun = await openProfile(new JourneyBrowser([gatehouse.issuer]), gatehouse.issuer, email, {
      path: '/profile/security/authenticator',
    });
    await proveAgain(begun);
    const { secret } = await setUpAndFail(begun);
    expect(await stateOf(email)).toEqual({ app: true, code: false });

    clock.advance(MINUTE);
    const person = new JourneyBrowser([gatehouse.issuer]);
    await openProfile(person, gatehouse.issuer, email, { totpSecret: secret, at: clock.now() });
    expect([person.title, person.text]).toEqual(['My Profile Settings', expect.stringContaining(MISSING)]);
    await person.follow('Request New Code');
    await person.press('Request New Code');
    await person.choose('I Have Securely Saved This Code').press('Continue');
    expect([person.url.pathname, person.text]).toEqual([
      '/profile/security',
      expect.not.stringContaining(MISSING),
    ]);
  });

  it('G29 J10 at log-in: goes on with the set-up, once the app is proven, and ends with a recovery code', async () => {
    const email = 'log-in@other.example';
    const { person } = await logIn(gatehouse, await relyingParty(gatehouse.issuer), email);
    await person.press('Set Up Now');
    if (person.hasLabel('Authenticator App')) await person.choose('Authenticator App').press('Continue');
    const { secret, send } = await setUpAndFail(person);
    expect(await stateOf(email)).toEqual({ app: true, code: false });
    // The app counts already, and its first code is spent.
    await send();
    expect(person.title).toBe('Verify Your Identity');
    clock.advance(MINUTE);
    await person
      .fill('Enter Your 6-digit Verification Code', await totpCode(clock.now(), secret))
      .press('Continue');
    // The set-up is still under way, with the same key, and ends as it should.
    expect(person.title).toBe('Secure your Account');
    clock.advance(MINUTE);
    await person
      .fill('Enter the 6-Digit Verification Code', await totpCode(clock.now(), secret))
      .press('Continue');
    expect(person.title).toBe('Save Your Recovery Code');
    expect(await stateOf(email)).toEqual({ app: true, code: true });
  });
});
