import { type DemoSite, enrolledPerson, personToEnrol, startDemoSite } from '../support/demo-site.ts';
import { type EngineBrowser, type EnginePage, type EngineTab, waitUntil } from '../support/engine-tab.ts';
import { describeEngines } from '../support/engines.ts';
import { Keyboard } from '../support/keyboard.ts';
import { PASSWORD, totpCode } from '../support/world.ts';

const NEW_PERSON = 'kim@crane.example';
const LONG_CODE = /^(\d{4} ){7}\d{4}$/;

describeEngines('journeys by keyboard alone', (launch) => {
  let site: DemoSite;
  let browser: EngineBrowser;
  let tab: EngineTab;
  let page: EnginePage;
  let keys: Keyboard;
  beforeAll(async () => {
    site = await startDemoSite({
      accounts: [enrolledPerson('robin@bridges.example'), personToEnrol(NEW_PERSON)],
      idpApart: true,
    });
    browser = await launch();
  });
  afterAll(async () => {
    await browser.close();
    await site.stop();
  });
  beforeEach(async () => {
    tab = await browser.open();
    page = tab.page;
    keys = new Keyboard(page);
  });
  afterEach(async () => {
    const complaints = await tab.complaints();
    await tab.close();
    expect(complaints).toEqual([]);
  });

  const heading = (name: string) =>
    waitUntil(page, `document.querySelector('h1')?.textContent.trim() === ${JSON.stringify(name)}`);
  const arrived = () => waitUntil(page, `location.href === ${JSON.stringify(`${site.portal}/`)}`);
  const text = (selector: string) =>
    page.evaluate<string>(
      `document.querySelector(${JSON.stringify(selector)}).innerText.replace(/\\s+/g, ' ').trim()`,
    );

  it('B4 B13 logs in with password and authenticator app, corrects both, and ends in the application', async () => {
    await page.goto(`${site.portal}/login`);
    await keys.answer('robin@bridges.example');
    await keys.answer('not the password');
    expect(await text('[role=alert]')).toContain('The email or password is incorrect.');
    await keys.answer(PASSWORD);
    await heading('Verify Your Identity');
    await keys.answer('000000');
    expect(await keys.at()).toBe('Enter Your 6-digit Verification Code');
    await keys.answer(await totpCode(Date.now()));
    await arrived();
    expect(await text('body')).toContain('Robin Enrolled, Bridges & Sons');
  });

  it('B6 B13 leaves for the company’s identity provider after a form, and comes back to the application', async () => {
    await page.goto(`${site.portal}/login`);
    await keys.answer('sam@acme.example');
    await waitUntil(page, `location.origin === ${JSON.stringify(site.idp)}`);
    await waitUntil(page, `document.querySelector('button') !== null`);
    await page.evaluate(`document.querySelector('button').focus()`);
    await keys.press('Enter');
    await arrived();
    expect(await text('body')).toContain('Sam Acme, Acme Builders');
  });

  it('B13 G15 G21 sets up an authenticator app by its picture or key, and copies and downloads the recovery code', async () => {
    await page.goto(`${site.portal}/login`);
    await keys.answer(NEW_PERSON);
    await keys.answer(PASSWORD);
    await keys.take('Set Up Now');
    await keys.tabTo('Authenticator App');
    await keys.take('Continue');
    await heading('Secure your Account');
    expect(await page.evaluate(`document.querySelector('.qr img').naturalWidth > 100`)).toBe(true);
    await keys.backTo('Trouble Scanning');
    await keys.press('Space');
    const secret = (await text('.secret')).replaceAll(' ', '');
    await keys.tabTo('Enter the 6-Digit Verification Code');
    await keys.answer(await totpCode(Date.now(), secret));

    await heading('Save Your Recovery Code');
    const code = await text('#recovery-code');
    expect(code).toMatch(LONG_CODE);
    await keys.tabTo('Copy');
    await keys.press('Enter');
    await waitUntil(page, `document.querySelector('[data-copy]').textContent === 'Copied'`);
    expect(await pasted()).toBe(code);
    await keys.tabTo('Download');
    await keys.press('Enter');
    expect(await tab.downloaded()).toContain(code);
    expect(await page.evaluate(`document.querySelector('[data-needs]').disabled`)).toBe(true);
    await keys.tabTo('I Have Securely Saved This Code');
    await keys.press('Space');
    await keys.take('Continue');
    await arrived();
    expect(await text('body')).toContain('Kim Newcomer, Crane Works');
  });

  /** What the clipboard holds, by a field that the page doesn't have. */
  async function pasted(): Promise<string> {
    await page.evaluate(`document.querySelector('main').prepend(document.createElement('textarea'))`);
    await page.evaluate(`document.querySelector('textarea').focus()`);
    await page.keyboard.press('ControlOrMeta+V');
    await waitUntil(page, `document.querySelector('textarea').value !== ''`);
    const value = await page.evaluate<string>(`document.querySelector('textarea').value`);
    await page.evaluate(`document.querySelector('textarea').remove()`);
    return value;
  }
});
