import { MINUTE } from '#kernel';
import { codesTo, enrolEmailCode, lastCodeTo } from '../support/email-codes.ts';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { linkTo } from '../support/mails.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { CHALLENGE, refuseEmailMethod } from '../support/sent-code-pages.ts';
import { logIn } from '../support/sign-in.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { person as entry, TOTP_SECRET, totpCode, world } from '../support/world.ts';

const CHOOSER = 'How Do You Want to Verify Your Identity';
const NEW_PASSWORD = 'Battery-Staple-8';

describe('whoever has the mailbox alone', () => {
  let clock: TravellingClock;
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  const recovery = new Map<string, string>();
  beforeAll(async () => {
    clock = travellingClock();
    gatehouse = await startGatehouse({
      clock,
      env: { EMAIL_CODES: 'on', LIMIT_LOGINS_PER_MINUTE: '1000', LIMIT_RESETS_PER_MINUTE: '100' },
      bootstrap: world({
        accounts: [
          ...['thief', 'owner', 'forced'].map((name) => entry(address(name), 'Rita Reset', ['gamma'])),
          entry(address('fresh'), 'Fred Fresh', ['gamma']),
          entry(address('apps'), 'Abe Apps', ['beta'], { totpSecret: TOTP_SECRET }),
          entry(address('profile'), 'Pia Profile', ['beta']),
        ],
      }),
    });
    portal = await relyingParty(gatehouse.issuer);
    for (const name of ['thief', 'owner', 'forced', 'apps'])
      recovery.set(name, await enrolEmailCode(gatehouse, address(name)));
  });
  afterAll(async () => {
    clock.restore();
    await gatehouse.stop();
  });

  const address = (name: string) => `${name}@other.example`;

  async function reset(name: string): Promise<void> {
    const person = new JourneyBrowser([gatehouse.issuer]);
    await person.open(`${gatehouse.issuer}/forgot-password`);
    await person.fill('Email', address(name)).press('Submit');
    await person.open(await linkTo(gatehouse, address(name)));
    await person.fill('Password', NEW_PASSWORD).fill('Confirm', NEW_PASSWORD).press('Reset Password');
    clock.advance(MINUTE);
  }

  const enter = (name: string, params?: Record<string, string>) =>
    logIn(gatehouse, portal, address(name), { password: NEW_PASSWORD, ...(params && { params }) });

  it('I10 X34 resets the password and gets no code, no other method, no way in', async () => {
    await reset('thief');
    const before = (await codesTo(gatehouse, address('thief'))).length;
    const { person } = await enter('thief');
    expect(person.title).toBe(CHOOSER);
    expect(person.text).toContain('A code to the same mailbox would not be a second proof');
    expect(person.text).toContain('Ask your Company Administrator at Gamma Glass');
    expect(person.links()).not.toContain('Use Your Email Address');
    expect(person.links()).toContain('Enter Recovery Code');
    await person.follow('Enter Recovery Code');
    const uid = /interaction\/([\w-]+)/.exec(person.url.pathname)?.[1];
    for (const page of [
      'email-code',
      'email-setup',
      'enrolment-required',
      'select-method',
      'authenticator-setup',
    ]) {
      await person.open(new URL(`/interaction/${uid}/${page}`, gatehouse.issuer));
      expect([page, person.title]).toEqual([page, CHOOSER]);
    }
    expect(await codesTo(gatehouse, address('thief'))).toHaveLength(before);
  });

  it('I10 the owner comes back by the recovery code, and from then on by mail again', async () => {
    await reset('owner');
    const first = await enter('owner');
    await first.person.follow('Enter Recovery Code');
    await first.person.fill('Enter Recovery Code', recovery.get('owner') ?? '').press('Continue');
    expect(first.person.title).toBe('Save Your Recovery Code');
    await first.person.choose('I Have Securely Saved This Code').press('Continue');
    const claims = (await portal.complete(first.pending, first.person.arrivedAt)).claims();
    expect(claims).toMatchObject({ acr: 'urn:gatehouse:acr:password', amr: ['pwd', 'recovery'] });
    clock.advance(MINUTE);
    const second = await enter('owner');
    await second.person.fill(CHALLENGE, await lastCodeTo(gatehouse, address('owner'))).press('Continue');
    const later = (await portal.complete(second.pending, second.person.arrivedAt)).claims();
    expect(later).toMatchObject({ acr: 'urn:gatehouse:acr:mfa' });
  });

  it('I10 a client that asks for two factors gets an error, not the mailbox twice', async () => {
    await reset('forced');
    const { person } = await enter('forced', { acr_values: 'urn:gatehouse:acr:mfa' });
    expect(person.title).toBe(CHOOSER);
    await person.follow('Enter Recovery Code');
    await person.fill('Enter Recovery Code', recovery.get('forced') ?? '').press('Continue');
    await person.choose('I Have Securely Saved This Code').press('Continue');
    expect(person.arrivedAt?.searchParams.get('error')).toBe('unmet_authentication_requirements');
  });

  it('I10 who has an app is asked for that alone, and has the choice again once it was proven', async () => {
    await reset('apps');
    const { person, pending } = await enter('apps');
    expect(person.text).toContain('Open your authenticator app');
    await person.fill(CHALLENGE, await totpCode(clock.now())).press('Continue');
    await portal.complete(pending, person.arrivedAt);
    clock.advance(MINUTE);
    const next = await enter('apps');
    expect(next.person.links()).toContain('Use Your Email Address');
  });

  it('I10 X34 with a password by mail codes by mail are not offered, at log-in and in the profile', async () => {
    await reset('fresh');
    const { person } = await enter('fresh');
    await person.press('Set Up Now');
    expect(person.hasLabel('Authenticator App')).toBe(true);
    await refuseEmailMethod(person);

    await reset('profile');
    const settings = new JourneyBrowser([gatehouse.issuer]);
    await settings.open(`${gatehouse.issuer}/profile/security`);
    await settings.fill('Email', address('profile')).press('Continue');
    await settings.fill('Password', NEW_PASSWORD).press('Continue');
    expect(settings.links()).toContain('Add Authenticator App');
    expect(settings.links()).not.toContain('Add Email Verification');
  });
});
