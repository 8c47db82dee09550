import type { Browser, Page } from 'playwright-core';
import { hasChromium, launchChromium, openTab, type Tab } from '../support/chromium.ts';
import { startPreview } from '../support/preview-server.ts';
import type { WebServer } from '../support/web-server.ts';

/** What a screen reader says by itself: of a change in a live region the nearest whole, or the changed text alone. */
const COLLECT_ANNOUNCEMENTS = `
  globalThis.announced = [];
  new MutationObserver((changes) => {
    for (const { target } of changes) {
      const element = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement;
      if (!element.closest('[aria-live], [role=status], [role=alert]')) continue;
      const whole = element.closest('[aria-atomic=true], [role=status], [role=alert]') ?? element;
      const text = whole.textContent.replace(/[^\\S\\u00a0]+/g, ' ').trim();
      if (text && !announced.includes(text)) announced.push(text);
    }
  }).observe(document.body, { childList: true, characterData: true, subtree: true });
`;

(hasChromium ? describe : describe.skip)('what the script adds to the pages', () => {
  let browser: Browser;
  let server: WebServer;
  /** One for each kind of browser: a new one costs more than most tests. */
  const tabs = new Map<string, Tab>();
  beforeAll(async () => {
    server = await startPreview();
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
  });
  afterEach(() => {
    for (const { complaints } of tabs.values()) expect(complaints.splice(0)).toEqual([]);
  });

  /** What has the keyboard, and the ids of what describes it. */
  const focused = (page: Page) =>
    page.evaluate(`(({ id, ariaDescribedByElements }) => ({
      id,
      described: (ariaDescribedByElements ?? []).map((element) => element.id),
    }))(document.activeElement)`);

  async function open(view: string, options: Parameters<typeof openTab>[1] = {}): Promise<Page> {
    const kind = JSON.stringify(options);
    const tab = tabs.get(kind) ?? (await openTab(browser, options));
    tabs.set(kind, tab);
    const { page } = tab;
    await page.goto(`${server.url}/${view}`);
    return page;
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

  it('puts the cursor into the one wrong field, which tells what is wrong', async () => {
    const page = await open('self-service/forgot-password');
    expect(await focused(page)).toEqual({ id: 'email', described: ['email-error'] });
  });

  it('puts the cursor where a refused password is typed again, with the refusal as its description', async () => {
    const page = await open('interactions/password');
    expect(await focused(page)).toEqual({ id: 'password', described: ['problems', 'password-caps'] });
  });

  it('B13 puts the focus on the list of several wrong fields, which leads to them', async () => {
    const page = await open('self-service/support', { locale: 'fr' });
    expect(await focused(page)).toEqual({ id: 'problems', described: [] });
    const summary = page.locator('#problems');
    expect(await summary.getByRole('link').allInnerTexts()).toEqual([
      'Nom de l’entreprise titulaire du compte',
      'Nom du ou des projets accessibles',
    ]);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await focused(page)).toMatchObject({ id: 'projects' });
  });

  it('B13 puts the focus on a refusal that no field could mend', async () => {
    const page = await open('interactions/passkey');
    expect(await focused(page)).toEqual({ id: 'problems', described: [] });
  });

  it.each([
    {
      locale: 'en',
      rules: [
        'Must contain at least one upper case character (met)',
        'Must contain at least one lower case character (met)',
        'Must be at least 8 characters (met)',
        'Must contain at least one numeric character (met)',
      ],
      undone: 'Must contain at least one upper case character (not met yet)',
      later: 'Must be different than your last four (4) passwords (checked when you save)',
      strength: 'Strength: weak',
    },
    {
      locale: 'fr',
      rules: [
        'Doit contenir au moins une lettre majuscule (respecté)',
        'Doit contenir au moins une lettre minuscule (respecté)',
        'Doit comporter au moins 8 caractères (respecté)',
        'Doit contenir au moins un chiffre (respecté)',
      ],
      undone: 'Doit contenir au moins une lettre majuscule (pas encore respecté)',
      later: 'Doit être différent de vos quatre (4) derniers mots de passe (vérifié à l’enregistrement)',
      strength: 'Robustesse\u00a0: faible',
    },
  ])('A10 tells a screen reader each rule as it is met or undone, and the strength ($locale)', async ({
    locale,
    rules,
    undone,
    later,
    strength,
  }) => {
    const page = await open('self-service/reset-password', { locale });
    const history = page.locator('[data-rule=history][data-state=later]');
    expect((await history.innerText()).trim()).toBe(later);
    await page.evaluate(COLLECT_ANNOUNCEMENTS);
    const said = () => page.evaluate('announced');
    await page.keyboard.type('Abcdefgh1');
    expect(await said()).toEqual(rules);
    await page.getByText(strength).waitFor();
    expect(await said()).toEqual([...rules, expect.stringContaining(strength)]);
    await page.getByLabel(locale === 'en' ? 'Password' : 'Mot de passe', { exact: true }).fill('abcdefgh1');
    expect(await said()).toContain(undone);
    expect((await history.innerText()).trim()).toBe(later);
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

  it('B13 the page that moves on turns a circle, unless one asks for calm', async () => {
    const page = await open('interactions/leave', { reducedMotion: 'no-preference' });
    expect(await page.evaluate('document.getAnimations().length')).toBe(1);
  });

  it('leaves every button enabled and no dead control without script', async () => {
    const page = await open('interactions/save-recovery-code', { javaScriptEnabled: false });
    expect(await page.getByRole('button').allTextContents()).toEqual(['Download', 'Continue']);
    expect(await page.getByRole('button', { name: 'Continue' }).isEnabled()).toBe(true);
  });
});
