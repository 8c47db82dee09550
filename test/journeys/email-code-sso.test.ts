import { codesTo, enrolEmailCode } from '../support/email-codes.ts';
import { type FederationWorld, SAM, signInThere, startFederationWorld } from '../support/federation-world.ts';
import type { JourneyBrowser } from '../support/journey-browser.ts';
import { refuseEmailMethod } from '../support/sent-code-pages.ts';
import { accountOf } from '../support/sign-in.ts';
import { SoftwareAuthenticator } from '../support/software-authenticator.ts';

const MFA = 'urn:gatehouse:acr:mfa';

describe('codes by e-mail and single sign-on', () => {
  let world: FederationWorld;
  beforeAll(async () => {
    world = await startFederationWorld({ env: { EMAIL_CODES: 'on' } });
  });
  afterAll(() => world.stop());

  const params = { acr_values: MFA };

  it('C4 G31 are not offered to people of an SSO-targeted domain', async () => {
    const { person } = await world.signIn('dora@acme.example', { params });
    await person.press('Set Up Now');
    expect(person.hasLabel('Authenticator App')).toBe(true);
    await refuseEmailMethod(person);
    await person.open(`${world.gatehouse.issuer}/profile/security/email-code`);
    expect(person.text).not.toContain('Add Email Verification');
  });

  it('C4 G31 count for nothing once the domain is targeted, and no mail is sent', async () => {
    await world.signIn(SAM);
    await enrolEmailCode(world.gatehouse, SAM);
    const before = await codesTo(world.gatehouse, SAM);
    const { person } = await world.signIn(SAM, { params });
    expect(person.title).toBe('Two-Factor Authentication Required');
    const uid = /interaction\/([\w-]+)/.exec(person.form().action.pathname)?.[1];
    await person.open(new URL(`/interaction/${uid}/email-code`, world.gatehouse.issuer));
    expect(person.title).toBe('Two-Factor Authentication Required');
    expect(await codesTo(world.gatehouse, SAM)).toEqual(before);
  });

  it('C4 G27 an old one makes nobody set up another on our own pages: the identity provider alone is asked', async () => {
    const email = 'olga@acme.example';
    await world.signIn(email);
    await enrolEmailCode(world.gatehouse, email);
    const person = await enterProfile(email);
    await person.open('/profile/security/password');
    expect(person.url.origin).toBe(world.upstream.issuer);
    await signInThere(person, email);
    expect([person.title, person.url.pathname]).toEqual(['My Profile Settings', '/profile/security']);
    // Wants a second factor only: there is none that counts.
    await person.open('/profile/security/recovery-code');
    expect([person.title, person.url.pathname]).toEqual(['My Profile Settings', '/profile/security']);
  });

  it('E3 G27 an old passkey is not asked after the identity provider, and nothing is to be set up', async () => {
    const email = 'keith@acme.example';
    await world.signIn(email);
    const { credentials, issuer } = world.gatehouse;
    const account = await accountOf(world.gatehouse, email);
    const answer = new SoftwareAuthenticator(issuer).create(
      await credentials.passkeys.creationOptions(account, 'b'),
    );
    await credentials.passkeys.add(account.id, answer, { actor: account.id, binding: 'b', name: 'Desk' });
    const person = await enterProfile(email);
    await person.open('/profile/security/password');
    await signInThere(person, email);
    expect([person.title, person.url.pathname]).toEqual(['My Profile Settings', '/profile/security']);
  });

  async function enterProfile(email: string): Promise<JourneyBrowser> {
    const person = await world.browser().open(`${world.gatehouse.issuer}/profile`);
    return signInThere(await person.fill('Email', email).press('Continue'), email);
  }
});
