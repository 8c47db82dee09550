import { MINUTE } from '#kernel';
import { setUpAuthenticator } from '../support/authenticator-setup.ts';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import type { JourneyBrowser } from '../support/journey-browser.ts';
import { client } from '../support/protocol-clients.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { accountOf, logIn } from '../support/sign-in.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { person as entry, PASSWORD, TOTP_SECRET, totpCode, world } from '../support/world.ts';

const CODE = 'Enter Your 6-digit Verification Code';
const MFA = 'urn:gatehouse:acr:mfa';

describe('what a relying party may demand of a sign-in', () => {
  let clock: TravellingClock;
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    clock = travellingClock();
    gatehouse = await startGatehouse({
      clock,
      bootstrap: world({
        accounts: [
          entry('enrols@other.example', 'Enid Enrols', ['beta']),
          entry('older@other.example', 'Olga Older', ['beta']),
          entry('pays@other.example', 'Pia Pays', ['beta'], { totpSecret: TOTP_SECRET }),
        ],
        clients: [client('payments', { client_name: 'Payments', payments: true })],
      }),
    });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(async () => {
    clock.restore();
    await gatehouse.stop();
  });

  async function ask(person: JourneyBrowser, params: Record<string, string>, party = portal) {
    const pending = await party.begin(params);
    await person.open(pending.url);
    return pending;
  }

  /** The code of the next half minute: each is good once. */
  async function freshCode(person: JourneyBrowser): Promise<void> {
    clock.advance(MINUTE);
    await person.fill(CODE, await totpCode(clock.now())).press('Continue');
  }

  it('prompt=none is answered login_required by nobody, and a code by somebody', async () => {
    const { person } = await logIn(gatehouse, portal, 'ada@other.example');
    const pending = await ask(person, { prompt: 'none' });
    expect((await portal.complete(pending, person.arrivedAt)).claims()?.['email']).toBe('ada@other.example');
    const stranger = await logIn(gatehouse, portal, 'ada@other.example', { password: 'Wrong-Horse-7' });
    await ask(stranger.person, { prompt: 'none' });
    expect(stranger.person.arrivedAt?.searchParams.get('error')).toBe('login_required');
  });

  it('prompt=login wants the same person’s password again, and says when', async () => {
    const { person, pending } = await logIn(gatehouse, portal, 'ada@other.example');
    const before = (await portal.complete(pending, person.arrivedAt)).claims()?.auth_time ?? 0;
    clock.advance(MINUTE);
    const again = await ask(person, { prompt: 'login' });
    expect([person.title, person.text.includes('ada@other.example')]).toEqual(['Enter your password', true]);
    await person.fill('Password', PASSWORD).press('Continue');
    const after = (await portal.complete(again, person.arrivedAt)).claims()?.auth_time ?? 0;
    expect(after - before).toBeGreaterThanOrEqual(60);
  });

  it('prompt=login can’t be answered by going to the way back without the proof', async () => {
    const { person } = await logIn(gatehouse, portal, 'ada@other.example');
    await ask(person, { prompt: 'login' });
    const uid = person.url.pathname.split('/')[2];
    await person.open(`${gatehouse.issuer}/auth/${uid}`);
    expect(person.arrivedAt).toBeUndefined();
    expect(person.title).toBe('Enter your password');
  });

  it('max_age asks again only once the sign-in is older', async () => {
    const { person } = await logIn(gatehouse, portal, 'ada@other.example');
    await ask(person, { max_age: '300' });
    expect(person.arrivedAt?.searchParams.has('code')).toBe(true);
    clock.advance(6 * MINUTE);
    const late = await ask(person, { max_age: '300' });
    expect(person.title).toBe('Enter your password');
    await person.fill('Password', PASSWORD).press('Continue');
    const { auth_time = 0 } = (await portal.complete(late, person.arrivedAt, { maxAge: 300 })).claims() ?? {};
    expect(clock.now() / 1000 - auth_time).toBeLessThan(60);
  });

  it('acr_values of a second factor enrols whoever has none, with the password asked again (X34)', async () => {
    const { person } = await logIn(gatehouse, portal, 'enrols@other.example');
    const pending = await ask(person, { acr_values: MFA });
    expect(person.title).toBe('Enter your password');
    await person.fill('Password', PASSWORD).press('Continue');
    expect(person.title).toBe('Two-Factor Authentication Required');
    await setUpAuthenticator(person, clock.now());
    await person.choose('I Have Securely Saved This Code').press('Continue');
    const claims = (await portal.complete(pending, person.arrivedAt)).claims();
    expect(claims).toMatchObject({ acr: MFA, amr: ['pwd', 'otp', 'mfa'] });
  });

  it('I2 acr_values alone asks an older sign-in for the factor only; auth_time stays', async () => {
    // Whoever is enrolled is challenged at each log-in: a sign-in without a factor is older than the enrolment.
    const { person, pending } = await logIn(gatehouse, portal, 'older@other.example');
    const before = (await portal.complete(pending, person.arrivedAt)).claims();
    const { id } = await accountOf(gatehouse, 'older@other.example');
    await gatehouse.credentials.totp.importTotp(id, TOTP_SECRET, { actor: 'system' });
    clock.advance(MINUTE);
    const stepUp = await ask(person, { acr_values: MFA });
    expect(person.title).toBe('Verify Your Identity');
    await freshCode(person);
    const after = (await portal.complete(stepUp, person.arrivedAt)).claims();
    expect([before?.['acr'], after?.['acr']]).toEqual(['urn:gatehouse:acr:password', MFA]);
    expect(after?.auth_time).toBe(before?.auth_time);
  });

  it('X23 an unknown acr is ignored when wished for and an error when essential, never a loop', async () => {
    const params = { acr_values: 'urn:example:gold' };
    const { person, pending } = await logIn(gatehouse, portal, 'ada@other.example', { params });
    const claims = (await portal.complete(pending, person.arrivedAt)).claims();
    expect(claims?.['acr']).toBe('urn:gatehouse:acr:password');
    const essential = { id_token: { acr: { essential: true, values: ['urn:example:gold'] } } };
    await ask(person, { claims: JSON.stringify(essential) });
    expect(person.arrivedAt?.searchParams.get('error')).toBe('unmet_authentication_requirements');
  });

  it('X23 prompt=none is answered with an error where the factor is missing, not with a lower acr', async () => {
    const { person } = await logIn(gatehouse, portal, 'ada@other.example');
    await ask(person, { prompt: 'none', acr_values: MFA });
    expect(person.arrivedAt?.searchParams.get('error')).toBe('unmet_authentication_requirements');
  });

  it('M4 M5 the payments client asks for a code each time, also right after a log-in with one', async () => {
    const payments = await relyingParty(gatehouse.issuer, {
      clientId: 'payments',
      clientSecret: 'payments-secret',
    });
    const { person } = await logIn(gatehouse, portal, 'pays@other.example', { totpSecret: TOTP_SECRET });
    expect(person.arrivedAt?.searchParams.has('code')).toBe(true);
    for (const _visit of [1, 2]) {
      const pending = await ask(person, {}, payments);
      expect(person.title).toBe('Verify Your Identity');
      await freshCode(person);
      const claims = (await payments.complete(pending, person.arrivedAt)).claims();
      expect(claims?.['acr']).toBe('urn:gatehouse:acr:mfa-app');
    }
    await ask(person, { prompt: 'none' }, payments);
    expect(person.arrivedAt?.searchParams.get('error')).toBe('interaction_required');
  });
});
