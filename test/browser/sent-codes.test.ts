import { browserWorld } from '../support/browser-world.ts';
import { hasChromium, keepPicture } from '../support/chromium.ts';
import { personToEnrol } from '../support/demo-site.ts';
import type { Hands } from '../support/hands.ts';
import { labelsIn } from '../support/labels.ts';

const BY_EMAIL = [
  {
    locale: 'en',
    method: 'Email Verification',
    title: 'Set Up Email Verification',
    use: 'Use Your Email Address',
  },
  {
    locale: 'fr',
    method: 'Vérification par e-mail',
    title: 'Configurer la vérification par e-mail',
    use: 'Utiliser votre adresse e-mail',
  },
] as const;

const BY_SMS = [
  {
    locale: 'en',
    title: 'Set Up SMS Verification',
    send: 'Send Text Message',
    country: 'US',
    typed: '(202) 555-0143',
    number: '+12025550143',
  },
  {
    locale: 'fr',
    title: 'Configurer la vérification par SMS',
    send: 'Envoyer le SMS',
    country: 'FR',
    typed: '06 12 34 56 78',
    number: '+33612345678',
  },
] as const;

type Locale = 'en' | 'fr';
const ofMails = (locale: Locale) => `mail-${locale}@crane.example`;
const ofTexts = (locale: Locale) => `sms-${locale}@crane.example`;

(hasChromium ? describe : describe.skip)('codes that are sent, in a browser', () => {
  const world = browserWorld({
    sms: 'webhook',
    env: { EMAIL_CODES: 'on' },
    accounts: (['en', 'fr'] as const).flatMap((locale) => [
      personToEnrol(ofMails(locale)),
      personToEnrol(ofTexts(locale)),
    ]),
  });

  async function logIn(locale: Locale, email: string): Promise<Hands> {
    const hands = await world.visit({ locale });
    await hands.page.goto(`${world.site.portal}/login`);
    await hands.logIn(labelsIn(locale), email);
    return hands;
  }

  /** Of the next mail that has one: others tell what was changed. */
  async function codeTo(address: string): Promise<string> {
    for (;;) {
      const code = /^\d{6}\s*$/m.exec(await world.mails.nextTo(address))?.[0].trim();
      if (code) return code;
    }
  }

  /** From the code of the set-up into the application. */
  async function finishSetUp(hands: Hands, locale: Locale, code: string): Promise<void> {
    const labels = labelsIn(locale);
    await hands.fill(labels.setUpCode, code);
    await hands.press(labels.next);
    await hands.keepRecoveryCode(labels);
    await hands.page.waitForURL(`${world.site.portal}/`);
  }

  /** The code of a log-in, into the application. */
  async function giveCode({ page }: Hands, locale: Locale, code: () => Promise<string>): Promise<void> {
    const labels = labelsIn(locale);
    const field = page.getByLabel(labels.code, { exact: true });
    expect(await field.getAttribute('autocomplete')).toBe('one-time-code');
    await page.getByRole('button', { name: labels.resend, exact: true }).waitFor();
    await field.fill(await code());
    await keepPicture(page, `story-sent-code-${locale}`);
    await field.press('Enter');
    await page.waitForURL(`${world.site.portal}/`);
    expect(await page.locator('body').innerText()).toContain('Kim Newcomer');
  }

  it.each(BY_EMAIL)('G31 G20 H18 sets up codes by e-mail and logs in with one ($locale)', async (words) => {
    const { locale } = words;
    const email = ofMails(locale);
    const labels = labelsIn(locale);
    const person = await logIn(locale, email);
    await person.press(labels.setUp);
    await person.choose(words.method);
    await person.press(labels.next);
    await person.heading(words.title);
    await person.page.getByText(email).first().waitFor();
    await keepPicture(person.page, `story-email-setup-${locale}`);
    await finishSetUp(person, locale, await codeTo(email));

    const again = await logIn(locale, email);
    await again.heading(labels.verify);
    await again.follow(labels.other);
    await again.follow(words.use);
    await giveCode(again, locale, () => codeTo(email));
  });

  it.each(BY_SMS)('G19 G20 I3 sets up a number and logs in with it ($locale)', async (words) => {
    const { locale, number } = words;
    const labels = labelsIn(locale);
    const person = await logIn(locale, ofTexts(locale));
    await person.press(labels.setUp);
    await person.choose(labels.sms);
    await person.press(labels.next);
    await person.heading(words.title);
    await person.page.getByLabel(labels.country, { exact: true }).selectOption(words.country);
    await person.fill(labels.phone, words.typed);
    await keepPicture(person.page, `story-sms-setup-${locale}`);
    await person.press(words.send);
    await finishSetUp(person, locale, await world.gateway.nextCodeTo(number));
    // Each message carried the signature of the operator's secret.
    expect(world.gateway.refused).toBe(0);

    const again = await logIn(locale, ofTexts(locale));
    await again.heading(labels.verify);
    await giveCode(again, locale, () => world.gateway.nextCodeTo(number));
  });
});
