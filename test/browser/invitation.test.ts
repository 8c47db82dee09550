import { browserWorld } from '../support/browser-world.ts';
import { hasChromium, keepPicture } from '../support/chromium.ts';
import { FIRST_PASSWORD } from '../support/invitations.ts';
import { labelsIn } from '../support/labels.ts';
import { linkIn } from '../support/mail-server.ts';
import { PASSWORD, totpCode } from '../support/world.ts';

/** What these stories alone meet, as a person of that language reads it. */
const LANGUAGES = [
  {
    locale: 'en',
    mail: 'Get Started',
    create: 'Create a Password',
    weak: 'Strength: weak',
    strong: 'Strength: strong',
    newsletter: 'Subscribe to the newsletter and product updates (optional)',
    set: 'Set Password',
    required: 'Two-Factor Authentication Required',
    renew: 'Create a New Password',
  },
  {
    locale: 'fr',
    mail: 'Commencer',
    create: 'Créer un mot de passe',
    weak: 'Robustesse\u00a0: faible',
    strong: 'Robustesse\u00a0: élevée',
    newsletter: 'S’abonner à la newsletter et aux nouveautés (facultatif)',
    set: 'Définir le mot de passe',
    required: 'Authentification multifacteur requise',
    renew: 'Créer un nouveau mot de passe',
  },
] as const;

(hasChromium ? describe : describe.skip)('first log-in and expired password in a browser', () => {
  const world = browserWorld({
    companies: [{ id: 'aging', name: 'Aging Arches', settings: { password: { expiryDays: 90 } } }],
    accounts: LANGUAGES.map(({ locale }) => ({
      email: `eva-${locale}@other.example`,
      name: 'Eva Expired',
      password: PASSWORD,
      passwordChangedAt: '2020-01-01T00:00:00Z',
      memberships: [{ company: 'aging' }],
      acceptedTerms: true,
    })),
  });

  it.each(
    LANGUAGES,
  )('A2 A10 A14 $locale: from the mail over password, authenticator app and terms into the application', async (words) => {
    const { locale } = words;
    const labels = labelsIn(locale);
    const { site, mails } = world;
    const person = await world.visit({ locale });
    const { page } = person;
    const email = `nina-${locale}@crane.example`;
    const about = { companyId: 'crane', clientId: 'portal', name: 'Nina New', locale };
    await site.gatehouse.invitations.invite({ email, ...about }, { actor: 'the-administrator' });
    const mail = await mails.nextTo(email);
    expect(mail).toContain(words.mail);

    await page.goto(linkIn(mail));
    await person.heading(words.create);
    expect(page.url()).not.toContain('token');
    expect(await page.locator('.identity').innerText()).toContain(email);
    const met = () => page.locator('[data-rule][data-state=met]').count();
    const password = page.getByLabel(labels.password, { exact: true });
    await password.pressSequentially('Abcdefg1');
    expect(await met()).toBe(4);
    await page.getByText(words.weak).waitFor();
    await person.fill(labels.password, FIRST_PASSWORD);
    expect(await met()).toBe(5);
    await page.getByText(words.strong).waitFor();
    await keepPicture(page, `story-invitation-${locale}`);
    await person.fill(labels.confirm, FIRST_PASSWORD);
    await page.getByLabel(words.newsletter).check();
    await person.press(words.set);

    await person.heading(words.required);
    await person.press(labels.setUp);
    await person.choose(labels.app);
    await person.press(labels.next);
    await person.heading(labels.secure);
    const secret = await person.secret(labels);
    await person.fill(labels.setUpCode, await totpCode(Date.now(), secret));
    await person.press(labels.next);
    await person.keepRecoveryCode(labels);
    await page.getByLabel(labels.agree).check();
    await person.press(labels.agreeButton);
    await page.waitForURL(`${site.portal}/`);
    expect(await page.locator('body').innerText()).toContain('You are logged in as Nina New, Crane Works.');
  });

  it.each(
    LANGUAGES,
  )('C-8 C-6 $locale: an expired password is replaced on the way into the application', async (words) => {
    const labels = labelsIn(words.locale);
    const { site } = world;
    const person = await world.visit({ locale: words.locale });
    const { page } = person;
    await page.goto(`${site.portal}/login`);
    await person.logIn(labels, `eva-${words.locale}@other.example`);
    await person.heading(words.renew);
    await person.fill(labels.password, FIRST_PASSWORD);
    await person.fill(labels.confirm, `${FIRST_PASSWORD}x`);
    await person.press(words.set);
    await page.getByRole('alert').filter({ hasText: labels.mismatch }).waitFor();
    await person.fill(labels.password, FIRST_PASSWORD);
    await person.fill(labels.confirm, FIRST_PASSWORD);
    await person.press(words.set);
    await page.waitForURL(`${site.portal}/`);
    expect(await page.locator('body').innerText()).toContain(
      'You are logged in as Eva Expired, Aging Arches.',
    );
  });
});
