import type { Browser, Page } from 'playwright-core';
import { hasChromium, launchChromium, openTab, type Tab } from '../support/chromium.ts';
import { startPreview } from '../support/preview-server.ts';
import type { WebServer } from '../support/web-server.ts';

(hasChromium ? describe : describe.skip)('what the script adds to the pages', () => {
  let browser: Browser;
  let server: WebServer;
  let tab: Tab;
  beforeAll(async () => {
    server = await startPreview();
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
  });
  afterEach(() => tab.close());

  async function open(view: string, options: Parameters<typeof openTab>[1] = {}): Promise<Page> {
    tab = await openTab(browser, options);
    await tab.page.goto(`${server.url}/${view}`);
    return tab.page;
  }

  it('P2 shows and hides a password, and never sends it as text', async () => {
    const page = await open('interactions/password', { locale: 'fr' });
    const field = page.getByLabel('Mot de passe');
    await page.getByRole('button', { name: 'Afficher' }).click();
    expect(await field.getAttribute('type')).toBe('text');
    await page.getByRole('button', { name: 'Masquer' }).click();
    expect(await field.getAttribute('type')).toBe('password');
    await page.getByRole('button', { name: 'Afficher' }).click();
    await page.evaluate(`document.forms[0].addEventListener('submit', (event) => event.preventDefault())`);
    await page.getByRole('button', { name: 'Continuer' }).click();
    expect(await field.getAttribute('type')).toBe('password');
  });

  it('B9 tells that Caps Lock is on, and stops telling', async () => {
    const page = await open('interactions/password');
    const hint = page.locator('#password-caps');
    const press = (modifierCapsLock: boolean) =>
      page.evaluate(
        `document.getElementById('password').dispatchEvent(new KeyboardEvent('keydown', { modifierCapsLock: ${modifierCapsLock} }))`,
      );
    expect(await hint.isVisible()).toBe(false);
    await press(true);
    expect(await hint.isVisible()).toBe(true);
    expect(await hint.textContent()).toBe('Caps Lock is on. Passwords are case-sensitive.');
    await press(false);
    expect(await hint.isVisible()).toBe(false);
  });

  it.each([
    ['interactions/password', 'password'],
    ['interactions/create-password', 'confirm'],
    ['interactions/authenticator-code', 'code'],
    ['interactions/recovery-code', 'code'],
  ])('W21 G18 %s takes what is pasted, into a plain field of the page itself', async (view, id) => {
    const page = await open(view, { permissions: ['clipboard-read', 'clipboard-write'] });
    const field = page.locator(`#${id}`);
    await page.evaluate(`navigator.clipboard.writeText('482 913')`);
    await field.fill('');
    await field.focus();
    await page.keyboard.press('Control+V');
    expect(await field.inputValue()).toBe('482 913');
    const hidden = `[...document.querySelectorAll('*')].filter((one) => one.shadowRoot || one.localName.includes('-')).length`;
    expect(await page.evaluate(hidden)).toBe(0);
  });

  it('puts the cursor into the first wrong field', async () => {
    const page = await open('self-service/forgot-password');
    expect(await page.evaluate('document.activeElement.id')).toBe('email');
  });

  it('A16 takes a press on the radio button itself, and anywhere in its row', async () => {
    const page = await open('interactions/company');
    const [first, second] = [page.locator('#company-acme'), page.locator('#company-globex')];
    await second.check();
    expect(await second.isChecked()).toBe(true);
    await page
      .locator('.choice')
      .first()
      .click({ position: { x: 200, y: 5 } });
    expect(await first.isChecked()).toBe(true);
  });

  it('leaves every button enabled and no dead control without script', async () => {
    const page = await open('interactions/save-recovery-code', { javaScriptEnabled: false });
    expect(await page.getByRole('button').allTextContents()).toEqual(['Download', 'Continue']);
    expect(await page.getByRole('button', { name: 'Continue' }).isEnabled()).toBe(true);
  });
});
