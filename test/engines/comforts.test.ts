import { type EngineBrowser, type EngineTab, waitUntil } from '../support/engine-tab.ts';
import { describeEngines } from '../support/engines.ts';
import { Keyboard } from '../support/keyboard.ts';
import { startPreview } from '../support/preview-server.ts';
import type { WebServer } from '../support/web-server.ts';

describeEngines('what the script adds to the pages', (launch) => {
  let server: WebServer;
  let browser: EngineBrowser;
  let tab: EngineTab;
  beforeAll(async () => {
    [server, browser] = await Promise.all([startPreview(), launch()]);
    tab = await browser.open();
  });
  afterAll(async () => {
    await tab.close();
    await browser.close();
    await server.close();
  });
  afterEach(async () => expect(await tab.complaints()).toEqual([]));

  const rules = () =>
    tab.page.evaluate(`Object.fromEntries([...document.querySelectorAll('[data-rule]')]
      .map(({ dataset: { rule, state } }) => [rule, state]))`);
  const colour = (rule: string) =>
    tab.page.evaluate<string>(
      `getComputedStyle(document.querySelector('[data-rule=${rule}] .circle')).backgroundColor`,
    );

  it('A10 B13 D5 marks the circle of each rule while the password is typed, and takes it back', async () => {
    const { page } = tab;
    await page.goto(`${server.url}/self-service/reset-password`);
    const open = await colour('upper');
    const keys = new Keyboard(page);
    await keys.type('ÉT');
    expect(await rules()).toMatchObject({ upper: 'met', lower: 'open', number: 'open', length: 'open' });
    expect(await colour('upper')).not.toBe(open);
    await page.keyboard.type('oile-7xx');
    expect(await rules()).toMatchObject({ upper: 'met', lower: 'met', number: 'met', length: 'met' });
    await keys.type('étoile');
    expect(await rules()).toMatchObject({ upper: 'open', lower: 'met', number: 'open', length: 'open' });
    expect(await colour('upper')).toBe(open);
    await waitUntil(page, `document.querySelector('[data-strength-of]').dataset.level === 'weak'`);
  });

  it('B9 B13 shows and hides the password by keyboard, and puts the cursor where it is needed', async () => {
    const { page } = tab;
    await page.goto(`${server.url}/interactions/password`);
    const keys = new Keyboard(page);
    await keys.type('Correct-Horse-7');
    const type = () => page.evaluate(`document.getElementById('password').type`);
    await keys.tabTo('Show');
    await keys.press('Space');
    expect(await type()).toBe('text');
    await keys.press('Space');
    expect(await type()).toBe('password');
  });

  it('B13 says which passkeys it can do, and hides what it can’t', async () => {
    const { page } = tab;
    await page.goto(`${server.url}/interactions/passkey`);
    const able = await page.evaluate(`'PublicKeyCredential' in globalThis`);
    const shown = `[...document.querySelectorAll('[data-passkey-unsupported]')].every((one) => !one.hidden)`;
    expect(await page.evaluate(shown)).toBe(!able);
  });
});
