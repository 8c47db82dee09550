import type { Page } from 'playwright-core';
import { browserWorld } from '../support/browser-world.ts';
import { hasChromium } from '../support/chromium.ts';
import { enrolledPerson, personToEnrol } from '../support/demo-site.ts';
import { FIRST_PASSWORD } from '../support/invitations.ts';
import { Keyboard } from '../support/keyboard.ts';
import { labelsIn } from '../support/labels.ts';
import { linkIn } from '../support/mail-server.ts';
import { accountOf } from '../support/sign-in.ts';
import { addAuthenticator, suggestNoPasskeys } from '../support/virtual-authenticator.ts';
import { PASSWORD, totpCode } from '../support/world.ts';

const WRONG_CODE = '000000';

const LANGUAGES = [
  { locale: 'en', typed: '(202) 555-0143', number: '+12025550143' },
  { locale: 'fr', typed: '(202) 555-0144', number: '+12025550144' },
] as const;

(hasChromium ? describe : describe.skip)('by keyboard alone, with the focus to be seen at every stop', () => {
  const enrolled = ['factors', 'passkey', 'address', 'lost'];
  const world = browserWorld({
    sms: 'twilio',
    accounts: LANGUAGES.flatMap(({ locale }) => [
      ...enrolled.map((name) => enrolledPerson(`${name}-${locale}@bridges.example`)),
      personToEnrol(`sms-${locale}@crane.example`),
    ]),
  });

  describe.each(LANGUAGES)('in $locale', ({ locale, typed, number }) => {
    const labels = labelsIn(locale);
    let page: Page;
    let keys: Keyboard;
    beforeEach(async () => {
      ({ page } = await world.visit({ locale }));
      keys = new Keyboard(page);
    });

    const heading = (name: string) => page.getByRole('heading', { name, exact: true }).waitFor();
    const profile = () => `${world.site.gatehouse.issuer}/profile`;

    async function logIn(address: string, email: string): Promise<void> {
      await page.goto(address);
      await keys.answer(email);
      await keys.answer(PASSWORD);
    }

    /** As far as "Password & Security", or another tab of the profile. */
    async function openProfile(email: string): Promise<void> {
      await logIn(profile(), email);
      await keys.answer(await totpCode(Date.now()));
      await heading(labels.profile);
    }

    async function passkeysOf(email: string): Promise<string[]> {
      const { id } = await accountOf(world.site.gatehouse, email);
      return (await world.site.gatehouse.credentials.passkeys.list(id)).map(({ name }) => name);
    }

    async function keepRecoveryCode(): Promise<void> {
      await heading(labels.save);
      await keys.tabTo(labels.saved);
      await keys.press('Space');
      await keys.take(labels.next);
    }

    async function setUpApp(): Promise<void> {
      await heading(labels.secure);
      // The cursor is in the field of the code; the key stands before it.
      await keys.backTo(labels.trouble);
      await keys.press('Space');
      const secret = (await page.locator('.secret').innerText()).replaceAll(' ', '');
      await keys.tabTo(labels.setUpCode);
      await keys.answer(WRONG_CODE);
      expect(await keys.at()).toBe(labels.setUpCode);
      expect(await describedBy()).toContain(labels.wrongCode);
      await keys.answer(await totpCode(Date.now(), secret));
      await keepRecoveryCode();
    }

    /** What a screen reader says about the field with the keyboard, beyond its name. */
    const describedBy = () =>
      page.evaluate(`(document.activeElement.getAttribute('aria-describedby') ?? '').split(' ')
      .map((id) => document.getElementById(id)?.textContent.trim()).join(' ')`);

    it('B13 G19 a phone number is set up, corrected and proven', async () => {
      await logIn(`${world.site.portal}/login`, `sms-${locale}@crane.example`);
      await keys.take(labels.setUp);
      await keys.tabTo(labels.app);
      await keys.press('ArrowDown');
      expect(await keys.at()).toBe(labels.sms);
      await keys.take(labels.next);
      expect(await keys.at()).toBe(labels.country);
      await keys.tabTo(labels.phone);
      await keys.answer('555');
      expect(await keys.at()).toBe(labels.phone);
      expect(await describedBy()).toContain(labels.noPhone);
      await keys.answer(typed);
      const code = await world.gateway.nextCodeTo(number);
      await keys.answer(code);
      await keepRecoveryCode();
      await page.waitForURL(`${world.site.portal}/`);
      expect(world.gateway.refused).toBe(0);
    });

    it('B13 K3 K4 the app is changed and removed on the profile', async () => {
      await openProfile(`factors-${locale}@bridges.example`);
      await keys.take(labels.security);
      await keys.take(labels.changeApp);
      expect(await keys.at()).toBe(labels.current);
      await keys.answer('not the password');
      expect(await keys.at()).toBe(labels.current);
      expect(await describedBy()).toContain(labels.refused);
      await keys.answer(PASSWORD);
      await setUpApp();
      await keys.take(labels.removeApp);
      await heading(labels.removeTitle);
      await keys.take(labels.removeApp);
      await page.getByRole('link', { name: labels.addApp }).waitFor();
    });

    it('B13 P1 a passkey is set up on the profile and signs in', async () => {
      await suggestNoPasskeys(page);
      await addAuthenticator(page);
      await openProfile(`passkey-${locale}@bridges.example`);
      await keys.take(labels.security);
      await keys.take(labels.addPasskey);
      await keys.answer(PASSWORD);
      await heading(labels.passkeyTitle);
      expect(await keys.at()).toBe(labels.passkeyName);
      await keys.answer(' ');
      expect(await keys.at()).toBe(labels.passkeyName);
      expect(await passkeysOf(`passkey-${locale}@bridges.example`)).toEqual([]);
      await keys.answer('Desk');
      await keepRecoveryCode();
      expect(await passkeysOf(`passkey-${locale}@bridges.example`)).toEqual(['Desk']);

      await page.context().clearCookies();
      await page.goto(`${world.site.portal}/login`);
      await keys.take(labels.passkeySignIn);
      await page.waitForURL(`${world.site.portal}/`);
    });

    it('B11 B13 the address is changed and confirmed from both mailboxes', async () => {
      const email = `address-${locale}@bridges.example`;
      await openProfile(email);
      await keys.take(labels.changeEmail);
      await keys.answer(PASSWORD);
      expect(await keys.at()).toBe(labels.newEmail);
      await keys.answer('no address');
      expect(await keys.at()).toBe(labels.newEmail);
      await keys.answer(`moved-${locale}@bridges.example`);
      for (const mailbox of [`moved-${locale}@bridges.example`, email]) {
        await page.goto(linkIn(await world.mails.nextTo(mailbox)));
        await keys.take(labels.confirmChange);
      }
      await heading(labels.emailChanged);
      await keys.tabTo(labels.profile);
    });

    it('A12 B13 C-6 an invitation is taken up, after a password that was mistyped', async () => {
      const email = `keys-${locale}@new.example`;
      await world.site.gatehouse.invitations.invite(
        { companyId: 'bridges', email, locale },
        { actor: 'the-administrator' },
      );
      await page.goto(linkIn(await world.mails.nextTo(email)));
      expect(await keys.at()).toBe(labels.password);
      await keys.type(FIRST_PASSWORD);
      await keys.tabTo(labels.confirm);
      await keys.answer(`${FIRST_PASSWORD}x`);
      expect(await keys.at()).toBe(labels.confirm);
      expect(await page.title()).toContain(labels.error);
      expect(await describedBy()).toContain(labels.mismatch);
      await keys.backTo(labels.password);
      await keys.type(FIRST_PASSWORD);
      await keys.tabTo(labels.confirm);
      await keys.answer(FIRST_PASSWORD);
      await keys.tabTo(labels.agree);
      await keys.press('Space');
      await keys.take(labels.agreeButton);
      await heading(labels.loggedIn);
    });

    it('B13 J3 J6 a lost phone: recovery code, then a new app', async () => {
      const email = `lost-${locale}@bridges.example`;
      const { id } = await accountOf(world.site.gatehouse, email);
      const kept = await world.site.gatehouse.credentials.recoveryCodes.issue(id, { actor: id });
      await logIn(`${world.site.portal}/login`, email);
      await keys.take(labels.other);
      await keys.take(labels.recovery);
      await keys.answer('1234');
      expect(await keys.at()).toBe(labels.recoveryCode);
      await keys.answer(kept);
      await keepRecoveryCode();
      await keys.take(labels.newDevice);
      await keys.tabTo(labels.app);
      await keys.take(labels.next);
      await setUpApp();
      await page.waitForURL(`${world.site.portal}/`);
    });
  });
});
