import type { Browser, Page } from 'playwright-core';
import { hasChromium, launchChromium, openTab, type Tab } from '../support/chromium.ts';
import { type DemoSite, enrolledPerson, personToEnrol, startDemoSite } from '../support/demo-site.ts';
import { FIRST_PASSWORD } from '../support/invitations.ts';
import { Keyboard } from '../support/keyboard.ts';
import { linkIn, type MailServer, startMailServer } from '../support/mail-server.ts';
import { accountOf } from '../support/sign-in.ts';
import { type SmsGateway, startSmsGateway } from '../support/sms-gateway.ts';
import { addAuthenticator, suggestNoPasskeys } from '../support/virtual-authenticator.ts';
import { PASSWORD, totpCode } from '../support/world.ts';

const WRONG_CODE = '000000';

(hasChromium ? describe : describe.skip)('by keyboard alone, with the focus to be seen at every stop', () => {
  let mails: MailServer;
  let gateway: SmsGateway;
  let site: DemoSite;
  let browser: Browser;
  let tab: Tab;
  let page: Page;
  let keys: Keyboard;
  beforeAll(async () => {
    [mails, gateway] = await Promise.all([startMailServer(), startSmsGateway()]);
    const enrolled = ['factors', 'passkey', 'address', 'lost'].map((name) =>
      enrolledPerson(`${name}@bridges.example`),
    );
    site = await startDemoSite({
      accounts: [...enrolled, personToEnrol('sms@crane.example')],
      env: { SMTP_URL: mails.url, ...gateway.env.twilio },
    });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await site.stop();
    await Promise.all([gateway.close(), mails.close()]);
  });
  beforeEach(async () => {
    tab = await openTab(browser);
    page = tab.page;
    keys = new Keyboard(page);
  });
  afterEach(async () => {
    const { complaints } = tab;
    await tab.close();
    expect(complaints).toEqual([]);
  });

  const heading = (name: string) => page.getByRole('heading', { name, exact: true }).waitFor();
  const profile = () => `${site.gatehouse.issuer}/profile`;

  async function logIn(address: string, email: string): Promise<void> {
    await page.goto(address);
    await keys.answer(email);
    await keys.answer(PASSWORD);
  }

  /** As far as "Password & Security", or another tab of the profile. */
  async function openProfile(email: string): Promise<void> {
    await logIn(profile(), email);
    await keys.answer(await totpCode(Date.now()));
    await heading('My Profile Settings');
  }

  async function passkeysOf(email: string): Promise<string[]> {
    const { id } = await accountOf(site.gatehouse, email);
    return (await site.gatehouse.credentials.passkeys.list(id)).map(({ name }) => name);
  }

  async function keepRecoveryCode(): Promise<void> {
    await heading('Save Your Recovery Code');
    await keys.tabTo('I Have Securely Saved This Code');
    await keys.press('Space');
    await keys.take('Continue');
  }

  async function setUpApp(): Promise<void> {
    await heading('Secure your Account');
    // The cursor is in the field of the code; the key stands before it.
    await keys.backTo('Trouble Scanning');
    await keys.press('Space');
    const secret = (await page.locator('.secret').innerText()).replaceAll(' ', '');
    await keys.tabTo('Enter the 6-Digit Verification Code');
    await keys.answer(WRONG_CODE);
    expect(await keys.at()).toBe('Enter the 6-Digit Verification Code');
    expect(await describedBy()).toContain('This code is incorrect.');
    await keys.answer(await totpCode(Date.now(), secret));
    await keepRecoveryCode();
  }

  /** What a screen reader says about the field with the keyboard, beyond its name. */
  const describedBy = () =>
    page.evaluate(`(document.activeElement.getAttribute('aria-describedby') ?? '').split(' ')
      .map((id) => document.getElementById(id)?.textContent.trim()).join(' ')`);

  it('B13 G19 a phone number is set up, corrected and proven', async () => {
    await logIn(`${site.portal}/login`, 'sms@crane.example');
    await keys.take('Set Up Now');
    await keys.tabTo('Authenticator App');
    await keys.press('ArrowDown');
    expect(await keys.at()).toBe('SMS Verification');
    await keys.take('Continue');
    expect(await keys.at()).toBe('Select Your Country Code');
    await keys.tabTo('Enter Your Phone Number');
    await keys.answer('555');
    expect(await keys.at()).toBe('Enter Your Phone Number');
    expect(await describedBy()).toContain('phone number');
    await keys.answer('(202) 555-0143');
    const code = /\d{6}/.exec(await gateway.nextTo('+12025550143'))?.[0] ?? '';
    await keys.answer(code);
    await keepRecoveryCode();
    await page.waitForURL(`${site.portal}/`);
    expect(gateway.refused).toBe(0);
  });

  it('B13 K3 K4 the app is changed and removed on the profile', async () => {
    await openProfile('factors@bridges.example');
    await keys.take('Password & Security');
    await keys.take('Change Authenticator App');
    expect(await keys.at()).toBe('Enter your account’s current password');
    await keys.answer('not the password');
    expect(await keys.at()).toBe('Enter your account’s current password');
    expect(await describedBy()).toContain('The email or password is incorrect.');
    await keys.answer(PASSWORD);
    await setUpApp();
    await keys.take('Remove App');
    await heading('Remove Authenticator App');
    await keys.take('Remove App');
    await page.getByRole('link', { name: 'Add Authenticator App' }).waitFor();
  });

  it('B13 P1 a passkey is set up on the profile and signs in', async () => {
    await suggestNoPasskeys(page);
    await addAuthenticator(page);
    await openProfile('passkey@bridges.example');
    await keys.take('Password & Security');
    await keys.take('Add Passkey');
    await keys.answer(PASSWORD);
    await heading('Set Up a Passkey');
    expect(await keys.at()).toBe('Name of this passkey');
    await keys.answer(' ');
    expect(await keys.at()).toBe('Name of this passkey');
    expect(await passkeysOf('passkey@bridges.example')).toEqual([]);
    await keys.answer('Desk');
    await keepRecoveryCode();
    expect(await passkeysOf('passkey@bridges.example')).toEqual(['Desk']);

    await page.context().clearCookies();
    await page.goto(`${site.portal}/login`);
    await keys.take('Sign in with a passkey');
    await page.waitForURL(`${site.portal}/`);
  });

  it('B11 B13 the address is changed and confirmed from both mailboxes', async () => {
    const email = 'address@bridges.example';
    await openProfile(email);
    await keys.take('Change email address');
    await keys.answer(PASSWORD);
    expect(await keys.at()).toBe('New email address');
    await keys.answer('no address');
    expect(await keys.at()).toBe('New email address');
    await keys.answer('moved@bridges.example');
    for (const mailbox of ['moved@bridges.example', email]) {
      await page.goto(linkIn(await mails.nextTo(mailbox)));
      await keys.take('Confirm Change');
    }
    await heading('Your email address was changed');
    await keys.tabTo('My Profile Settings');
  });

  it('A12 B13 C-6 an invitation is taken up, after a password that was mistyped', async () => {
    const email = 'keys@new.example';
    await site.gatehouse.invitations.invite({ companyId: 'bridges', email }, { actor: 'the-administrator' });
    await page.goto(linkIn(await mails.nextTo(email)));
    expect(await keys.at()).toBe('Password');
    await keys.type(FIRST_PASSWORD);
    await keys.tabTo('Confirm');
    await keys.answer(`${FIRST_PASSWORD}x`);
    expect(await keys.at()).toBe('Confirm');
    expect(await page.title()).toMatch(/^Error: /);
    expect(await describedBy()).toContain('Passwords must match');
    await keys.backTo('Password');
    await keys.type(FIRST_PASSWORD);
    await keys.tabTo('Confirm');
    await keys.answer(FIRST_PASSWORD);
    await keys.tabTo('I Agree to the Terms and Conditions');
    await keys.press('Space');
    await keys.take('Agree');
    await heading('You are now logged into Gatehouse');
  });

  it('B13 J3 J6 a lost phone: recovery code, then a new app', async () => {
    const email = 'lost@bridges.example';
    const { id } = await accountOf(site.gatehouse, email);
    const kept = await site.gatehouse.credentials.recoveryCodes.issue(id, { actor: id });
    await logIn(`${site.portal}/login`, email);
    await keys.take('Try another method');
    await keys.take('Enter Recovery Code');
    await keys.answer('1234');
    expect(await keys.at()).toBe('Enter Recovery Code');
    await keys.answer(kept);
    await keepRecoveryCode();
    await keys.take('Set Up a New Device');
    await keys.tabTo('Authenticator App');
    await keys.take('Continue');
    await setUpApp();
    await page.waitForURL(`${site.portal}/`);
  });
});
