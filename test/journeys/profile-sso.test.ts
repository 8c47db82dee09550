import { type FederationWorld, SAM, signInThere, startFederationWorld } from '../support/federation-world.ts';
import type { JourneyBrowser } from '../support/journey-browser.ts';
import { givePasskey } from '../support/passkeys.ts';
import { openProfile } from '../support/profile.ts';
import { accountOf } from '../support/sign-in.ts';
import { TOTP_SECRET, totpCode } from '../support/world.ts';

const MINUTE = 60_000;

describe('the profile of a person of an SSO-targeted domain', () => {
  let acme: FederationWorld;
  beforeAll(async () => {
    acme = await startFederationWorld();
  });
  afterAll(() => acme.stop());

  async function enter(path = '/profile'): Promise<JourneyBrowser> {
    const person = acme.browser();
    await person.open(`${acme.gatehouse.issuer}${path}`);
    await person.fill('Email', SAM).press('Continue');
    return signInThere(person, SAM);
  }

  it('E4 G27 is told why there is no password and no address to change, and never asked for one', async () => {
    const person = await enter();
    expect(person.title).toBe('My Profile Settings');
    expect(person.text).toContain('Your administrator or identity provider changes this address.');
    expect(person.links()).not.toContain('Change email address');
    await person.follow('Password & Security');
    expect(person.text).toContain('you log in with Acme Sign-In, and your password is managed there.');
    expect(person.links()).not.toContain('Change Password');
    expect(person.links()).not.toContain('Add Authenticator App');
    await person.open('/profile/email');
    // A fresh log-in at the identity provider is asked for, then the page turns them away.
    expect(person.url.origin).toBe(acme.upstream.issuer);
    await signInThere(person, SAM);
    for (const path of ['/profile/email', '/profile/security/password']) {
      await person.open(path);
      expect(person.hasLabel('New email address') || person.hasLabel('Confirm')).toBe(false);
      expect(person.title).toBe('My Profile Settings');
    }
  });

  it('E4 is told of the company alone where the connection has no name of its own', async () => {
    const { connections } = acme.gatehouse.federation;
    const named = await connections.byId('acme-idp');
    const company = await acme.gatehouse.companies.byId('acme');
    if (!named || !company) throw new Error('acme and its connection are part of the world');
    await connections.put({ ...named, name: company.name }, { actor: 'system' });
    const person = await enter('/profile/security');
    expect(person.text).toContain(
      `${company.name} uses Single Sign-On (SSO): your password is managed by your company.`,
    );
    expect(person.text).not.toContain('you log in with');
    await connections.put(named, { actor: 'system' });
  });

  it('G27 proves themselves at the identity provider anew, beside a fresh factor, before that one changes', async () => {
    const email = 'paula@acme.example';
    const person = acme.browser();
    // Each code is good once: from the step before this one on.
    let at = Date.now() - MINUTE;
    const giveCode = async () => {
      at += MINUTE / 2;
      const code = await totpCode(at, TOTP_SECRET);
      return person.fill('Enter Your 6-digit Verification Code', code).press('Continue');
    };
    await person.open(`${acme.gatehouse.issuer}/profile/security`);
    await person.fill('Email', email).press('Continue');
    await signInThere(person, email);
    await giveCode();
    // The code that payments asked for beside the identity provider is a factor here, too.
    await person.open('/profile/security/recovery-code');
    expect(person.title).toBe('Request New Code');
    await person.open('/profile/security');
    await person.follow('Change Authenticator App');
    expect(person.url.origin).toBe(acme.upstream.issuer);
    expect(Object.fromEntries(person.url.searchParams)).toMatchObject({ max_age: '0', prompt: 'login' });
    expect(person.hasLabel('Enter your account’s current password')).toBe(false);
    // An old sign-in there is no proof.
    await acme.upstream.control({ authAge: 3600 });
    await signInThere(person, email);
    expect([person.status, person.hasLabel('Enter the 6-Digit Verification Code')]).toEqual([403, false]);
    await acme.upstream.control({});
    await person.open(`${acme.gatehouse.issuer}/profile/security/authenticator`);
    await signInThere(person, email);
    // The code of a moment ago still counts.
    expect(person.title).toBe('Secure your Account');
  });

  it.each([
    '/profile/security/authenticator',
    '/profile/security/recovery-code',
    '/profile/security/phone',
  ])('E3 W3 whose passkey and app are from before the domain was targeted proves nothing by them at %s', async (path) => {
    const email = 'old@acme.example';
    const person = acme.browser();
    await person.open(`${acme.gatehouse.issuer}/profile`);
    await person.fill('Email', email).press('Continue');
    await signInThere(person, email);
    await givePasskey(acme.gatehouse, email);
    const { id } = await accountOf(acme.gatehouse, email);
    await acme.gatehouse.credentials.totp.importTotp(id, TOTP_SECRET, { actor: 'test' });
    await person.open(path);
    expect(person.url.origin).toBe(acme.upstream.issuer);
    await signInThere(person, email);
    expect(person.url.origin).toBe(acme.gatehouse.issuer);
    expect(person.url.pathname).toMatch(/^\/profile/);
  });

  it('X38 the page session ends at once when the domain is targeted after a local log-in', async () => {
    const person = await openProfile(acme.browser(), acme.gatehouse.issuer, 'ada@other.example');
    expect(person.title).toBe('My Profile Settings');
    const [known] = await acme.gatehouse.companies.domainsOf('acme');
    await acme.gatehouse.companies.putDomain(
      { ...(known as object), domain: 'other.example', companyId: 'acme' } as never,
      { actor: 'system' },
    );
    await person.open('/profile');
    expect(person.url.origin).toBe(acme.upstream.issuer);
  });
});
