import { confirmAuthenticator } from '../support/authenticator-setup.ts';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { givePasskey, usePasskey } from '../support/passkeys.ts';
import { openProfile } from '../support/profile.ts';
import { client } from '../support/protocol-clients.ts';
import { shownRecoveryCode } from '../support/recovery-code.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { accountOf, beginLogIn, logIn } from '../support/sign-in.ts';
import { person as entry, TOTP_SECRET, totpCode, world } from '../support/world.ts';

const CODE = 'Enter Recovery Code';

describe('the recovery code', () => {
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    const names = [
      'lands',
      'once',
      'skips',
      'replaces',
      'race',
      'stays',
      'leaves',
      'pays',
      'keyed',
      'single',
    ];
    gatehouse = await startGatehouse({
      bootstrap: world({
        accounts: names.map((name) =>
          entry(`${name}@other.example`, 'Rae Recovered', ['gamma'], { totpSecret: TOTP_SECRET }),
        ),
        clients: [client('payments', { client_name: 'Payments', payments: true })],
      }),
    });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(() => gatehouse.stop());

  async function issued(email: string): Promise<string> {
    const { id } = await accountOf(gatehouse, email);
    return gatehouse.credentials.recoveryCodes.issue(id, { actor: id });
  }

  /** At "Use Your Recovery Code". */
  async function lost(email: string, params: Record<string, string> = {}, party = portal) {
    const begun = await logIn(gatehouse, party, email, { params });
    await begun.person.follow('Try another method');
    await begun.person.follow('Enter Recovery Code');
    return begun;
  }

  const enter = (person: JourneyBrowser, code: string) => person.fill(CODE, code).press('Continue');
  const groups = (code: string, separator: string) => code.match(/.{4}/g)?.join(separator) ?? '';
  const save = (person: JourneyBrowser) => person.choose('I Have Securely Saved This Code').press('Continue');

  it.each([' ', '-', ''])('J1 J3 takes 32 digits grouped by "%s"', async (separator) => {
    const code = await issued('lands@other.example');
    expect(code).toMatch(/^\d{32}$/);
    const { person } = await lost('lands@other.example');
    await enter(person, ` ${groups(code, separator)} `);
    expect(person.title).toBe('Save Your Recovery Code');
  });

  it('J4 counts as the challenge, but earns no more than the password, and is told by mail', async () => {
    const { person, pending } = await lost('skips@other.example');
    await enter(person, await issued('skips@other.example'));
    await save(person);
    expect(person.title).toBe('Replace Your Lost Verification Method');
    await person.press('Skip for now');
    const claims = (await portal.complete(pending, person.arrivedAt)).claims();
    expect(claims).toMatchObject({ acr: 'urn:gatehouse:acr:password', amr: ['pwd', 'recovery'] });
    const mails = (await gatehouse.sentMessages()).filter(({ to }) => to === 'skips@other.example');
    expect(mails.map(({ subject }) => subject)).toContain('Your recovery code was used');
  });

  it('J5 J9 is good once; the new one that is offered right after replaces it', async () => {
    const code = await issued('once@other.example');
    const first = await lost('once@other.example');
    await enter(first.person, code);
    const fresh = shownRecoveryCode(first.person);
    const second = await lost('once@other.example');
    await enter(second.person, code);
    expect([second.person.status, ...second.person.alerts]).toEqual([
      422,
      'This recovery code is incorrect or was already used.',
    ]);
    await enter(second.person, fresh);
    expect(second.person.title).toBe('Save Your Recovery Code');
  });

  it('J9 J11 one code is good at a time: whoever requests another voids the one before, used or not', async () => {
    const enterProfile = () =>
      openProfile(new JourneyBrowser([gatehouse.issuer]), gatehouse.issuer, 'single@other.example');
    const former = await issued('single@other.example');
    const profile = await enterProfile();
    await profile.fill('Enter Your 6-digit Verification Code', await totpCode(Date.now(), TOTP_SECRET));
    await profile.press('Continue');
    await profile.follow('Password & Security');
    await profile.follow('Request New Code');
    await profile.press('Request New Code');
    expect(profile.text).toContain('Any earlier recovery code no longer works.');
    // One code of eight groups, no list to choose from.
    expect(profile.text.match(/(\d{4} ){7}\d{4}/g)).toHaveLength(1);
    const current = shownRecoveryCode(profile);
    const { person } = await lost('single@other.example');
    await enter(person, former);
    expect(person.alerts).toEqual(['This recovery code is incorrect or was already used.']);
    await enter(person, current);
    expect(person.title).toBe('Save Your Recovery Code');
  });

  it('J5 whoever leaves the new code unsaved finds a banner in the profile, until one is saved', async () => {
    const banner = 'You have not confirmed that you saved your recovery code.';
    const enterProfile = () =>
      openProfile(new JourneyBrowser([gatehouse.issuer]), gatehouse.issuer, 'leaves@other.example');
    const { person } = await lost('leaves@other.example');
    await enter(person, await issued('leaves@other.example'));
    const fresh = shownRecoveryCode(person);
    // The page is closed here. The next log-in takes the app, which was found again.
    const profile = await enterProfile();
    await profile.fill('Enter Your 6-digit Verification Code', await totpCode(Date.now(), TOTP_SECRET));
    await profile.press('Continue');
    expect([profile.title, profile.text]).toEqual(['My Profile Settings', expect.stringContaining(banner)]);
    await profile.follow('Request New Code');
    await profile.press('Request New Code');
    expect(shownRecoveryCode(profile)).not.toBe(fresh);
    await save(profile);
    expect([profile.url.pathname, profile.text]).toEqual([
      '/profile/security',
      expect.not.stringContaining(banner),
    ]);
    // A code saved at the log-in itself leaves none either.
    const again = await enterProfile();
    await again.follow('Try another method');
    await again.follow('Enter Recovery Code');
    await enter(again, await issued('leaves@other.example'));
    await save(again);
    await again.press('Skip for now');
    expect([again.title, again.text]).toEqual(['My Profile Settings', expect.not.stringContaining(banner)]);
  });

  it('J6 replaces the lost app: the old one’s codes are worth nothing afterwards', async () => {
    const { person, pending } = await lost('replaces@other.example');
    await enter(person, await issued('replaces@other.example'));
    const fromRecovery = shownRecoveryCode(person);
    await save(person);
    await person.press('Set Up a New Device');
    await person.choose('Authenticator App').press('Continue');
    await confirmAuthenticator(person);
    const fromEnrolment = shownRecoveryCode(person);
    expect(fromEnrolment).not.toBe(fromRecovery);
    await save(person);
    const claims = (await portal.complete(pending, person.arrivedAt)).claims();
    expect(claims).toMatchObject({ acr: 'urn:gatehouse:acr:password', amr: ['pwd', 'recovery'] });
    const next = await logIn(gatehouse, portal, 'replaces@other.example');
    const label = 'Enter Your 6-digit Verification Code';
    await next.person.fill(label, await totpCode(Date.now(), TOTP_SECRET)).press('Continue');
    expect(next.person.status).toBe(422);
  });

  it('J4 X23 never answers a request for a second factor', async () => {
    const { person } = await lost('stays@other.example', { acr_values: 'urn:gatehouse:acr:mfa' });
    await enter(person, await issued('stays@other.example'));
    await save(person);
    await person.press('Skip for now');
    expect(person.arrivedAt?.searchParams.get('code')).toBeNull();
    expect(person.arrivedAt?.searchParams.get('error')).toBe('unmet_authentication_requirements');
  });

  it('J4 never opens the payments tool', async () => {
    const secret = { clientId: 'payments', clientSecret: 'payments-secret' };
    const payments = await relyingParty(gatehouse.issuer, secret);
    const { person } = await logIn(gatehouse, payments, 'pays@other.example');
    expect(person.title).toBe('Verify Your Identity');
    const code = await issued('pays@other.example');
    await person.follow('Try another method');
    await person.follow('Enter Recovery Code');
    await enter(person, code);
    await save(person);
    await person.press('Skip for now');
    expect(person.arrivedAt?.searchParams.get('error')).toBe('unmet_authentication_requirements');
    expect(person.arrivedAt?.searchParams.has('code') ?? false).toBe(false);
  });

  it('J4 M5 never opens the payments tool to a session that a passkey has raised as high as can be, either', async () => {
    const key = await givePasskey(gatehouse, 'keyed@other.example');
    const { person } = await beginLogIn(gatehouse, portal);
    await usePasskey(person, key);
    expect(person.arrivedAt?.searchParams.has('code')).toBe(true);
    const secret = { clientId: 'payments', clientSecret: 'payments-secret' };
    const payments = await relyingParty(gatehouse.issuer, secret);
    await person.open((await payments.begin()).url);
    await person.follow('Enter Recovery Code');
    await enter(person, await issued('keyed@other.example'));
    await save(person);
    if (person.buttons().includes('Skip for now')) await person.press('Skip for now');
    expect(person.arrivedAt?.searchParams.get('error')).toBe('unmet_authentication_requirements');
  });

  it('X33 lets one of two simultaneous uses win', async () => {
    const code = await issued('race@other.example');
    const [one, other] = [await lost('race@other.example'), await lost('race@other.example')];
    await Promise.all([enter(one.person, code), enter(other.person, code)]);
    const titles = [one.person.title, other.person.title].sort();
    expect(titles).toEqual(['Save Your Recovery Code', 'Use Your Recovery Code']);
  });
});
