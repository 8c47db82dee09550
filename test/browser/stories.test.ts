import { browserWorld } from '../support/browser-world.ts';
import { hasChromium, keepPicture } from '../support/chromium.ts';
import { enrolledPerson } from '../support/demo-site.ts';
import { labelsIn } from '../support/labels.ts';
import { linkIn } from '../support/mail-server.ts';
import { accountOf } from '../support/sign-in.ts';
import { TOTP_SECRET, totpCode } from '../support/world.ts';

/** What these stories alone meet, as a person of that language reads it. */
const LANGUAGES = [
  {
    locale: 'en',
    usedMail: 'The recovery code of your Gatehouse account was used to log in',
    ssoMail: 'there is no password to reset here',
    guest: 'toni@acme.example',
    join: 'Join',
    joinTitle: 'Join Acme Builders',
    managed: 'Acme Builders uses Single Sign-On (SSO)',
  },
  {
    locale: 'fr',
    usedMail: 'Le code de récupération de votre compte Gatehouse a été utilisé',
    ssoMail: 'aucun mot de passe à réinitialiser ici',
    guest: 'sam@acme.example',
    join: 'Rejoindre',
    joinTitle: 'Rejoindre Acme Builders',
    managed: 'Acme Builders utilise l’authentification unique (SSO)',
  },
] as const;

(hasChromium ? describe : describe.skip)('a lost phone, and people of an SSO domain in a browser', () => {
  const world = browserWorld({
    idpApart: true,
    accounts: LANGUAGES.map(({ locale }) => ({
      ...enrolledPerson(`lost-${locale}@bridges.example`),
      locale,
    })),
  });

  it.each(
    LANGUAGES,
  )('J1 J6 $locale: a lost phone, the recovery code, a new app, and its code at the next log-in', async ({
    locale,
    usedMail,
  }) => {
    const labels = labelsIn(locale);
    const { site, mails } = world;
    const email = `lost-${locale}@bridges.example`;
    const { id } = await accountOf(site.gatehouse, email);
    const kept = await site.gatehouse.credentials.recoveryCodes.issue(id, { actor: id });
    const person = await world.visit({ locale });
    const { page } = person;
    const upToTheCode = async () => {
      await page.goto(`${site.portal}/login`);
      await person.logIn(labels, email);
      await page.getByLabel(labels.code, { exact: true }).waitFor();
    };
    await upToTheCode();
    await person.follow(labels.other);
    await person.follow(labels.recovery);
    await person.fill(labels.recoveryCode, kept.match(/.{4}/g)?.join(' ') ?? '');
    await keepPicture(page, `story-recovery-code-${locale}`);
    await person.press(labels.next);
    await person.keepRecoveryCode(labels);
    await person.heading(labels.replace);
    await person.press(labels.newDevice);
    await person.choose(labels.app);
    await person.press(labels.next);
    const secret = await person.secret(labels);
    await person.fill(labels.setUpCode, await totpCode(Date.now() - 30_000, secret));
    await person.press(labels.next);
    await person.keepRecoveryCode(labels);
    await page.waitForURL(`${site.portal}/`);
    expect(await mails.nextTo(email)).toContain(usedMail);

    await page.context().clearCookies();
    await upToTheCode();
    await person.fill(labels.code, await totpCode(Date.now(), TOTP_SECRET));
    await person.press(labels.next);
    await page.getByText(labels.wrongCode).waitFor();
    await person.fill(labels.code, await totpCode(Date.now(), secret));
    await person.press(labels.next);
    await page.waitForURL(`${site.portal}/`);
    expect(await page.locator('body').innerText()).toContain('Robin Enrolled');
  });

  it.each(
    LANGUAGES,
  )('W1 W19 $locale: invitation, forgotten password and profile lead a person of an SSO domain to the company', async (words) => {
    const email = words.guest;
    const labels = labelsIn(words.locale);
    const { site, mails } = world;
    const person = await world.visit({ locale: words.locale });
    const { page } = person;
    const signInThere = async () => {
      await page.waitForURL(`${site.idp}/**`);
      expect(await page.getByLabel('Email').inputValue()).toBe(email);
      await person.press('Sign in');
    };
    const invited = { companyId: 'acme', email, locale: words.locale };
    await site.gatehouse.invitations.invite(invited, { actor: 'the-administrator' });
    await page.goto(linkIn(await mails.nextTo(email)));
    await signInThere();
    await person.heading(words.joinTitle);
    await person.press(words.join);
    await person.heading(labels.loggedIn);
    await person.follow(labels.profile);
    await page.waitForURL(`${site.gatehouse.issuer}/profile`);
    await person.follow(labels.security);
    expect(await page.locator('main').innerText()).toContain(words.managed);

    await page.context().clearCookies();
    await page.goto(`${site.gatehouse.issuer}/forgot-password`);
    await person.fill(labels.email, email);
    await person.press(labels.submit);
    await person.heading(labels.sent);
    const mail = await mails.nextTo(email);
    expect(mail.replaceAll(/\s+/g, ' ')).toContain(words.ssoMail);
    expect(mail).not.toContain('reset-password?');

    await page.goto(`${site.gatehouse.issuer}/profile`);
    await person.fill(labels.email, email);
    await person.press(labels.next);
    await signInThere();
    await page.waitForURL(`${site.gatehouse.issuer}/profile`);
  });
});
