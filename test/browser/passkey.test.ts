import type { Page } from 'playwright-core';
import { browserWorld } from '../support/browser-world.ts';
import { hasChromium, keepPicture } from '../support/chromium.ts';
import { personToEnrol } from '../support/demo-site.ts';
import { labelsIn } from '../support/labels.ts';
import { addAuthenticator, suggestNoPasskeys } from '../support/virtual-authenticator.ts';

const WORDS = {
  en: {
    method: 'Passkey',
    create: 'Create Passkey',
    use: 'Use Passkey',
  },
  fr: {
    method: 'Clé d’accès',
    create: 'Créer la clé d’accès',
    use: 'Utiliser la clé d’accès',
  },
};

(hasChromium ? describe : describe.skip)('passkeys in a browser', () => {
  const world = browserWorld({
    accounts: ['en', 'fr'].map((locale) => personToEnrol(`passkey-${locale}@crane.example`)),
  });

  async function picture(page: Page, name: string): Promise<void> {
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      await keepPicture(page, `story-${name}-${width}`);
    }
  }

  it.each([
    'en',
    'fr',
  ] as const)('P1 %s: set up, then by the suggestion, beside the password, and by the button alone', async (locale) => {
    const words = WORDS[locale];
    const labels = labelsIn(locale);
    const { portal } = world.site;
    const person = await world.visit({ locale });
    const { page } = person;
    await addAuthenticator(page);
    const password = () => person.logIn(labels, `passkey-${locale}@crane.example`);
    const arrive = () => page.waitForURL(`${portal}/`);
    const forget = async () => {
      await page.context().clearCookies();
      await page.goto(`${portal}/login`);
    };
    await page.goto(`${portal}/login`);
    await picture(page, `passkey-identify-${locale}`);
    await password();
    await person.press(labels.setUp);
    await person.choose(words.method);
    await picture(page, `passkey-select-${locale}`);
    await person.press(labels.next);
    await person.heading(labels.passkeyTitle);
    await picture(page, `passkey-setup-${locale}`);
    await person.press(words.create);
    await person.keepRecoveryCode(labels);
    await arrive();

    // This authenticator takes the suggestion under the address field at once, as a person would by a touch.
    await forget();
    await arrive();

    await suggestNoPasskeys(page);
    await forget();
    await password();
    await page.getByRole('button', { name: words.use, exact: true }).waitFor();
    await picture(page, `passkey-challenge-${locale}`);
    await person.press(words.use);
    await arrive();

    await forget();
    await person.press(labels.passkeySignIn);
    await arrive();
    expect(await page.locator('body').innerText()).toContain('Kim Newcomer');
  });
});
