import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { hasChromium, keepPicture, launchChromium, openTab, type Tab } from '../support/chromium.ts';
import { type DemoSite, personToEnrol, startDemoSite } from '../support/demo-site.ts';
import { PASSWORD, totpCode } from '../support/world.ts';

(hasChromium ? describe : describe.skip)('setting up an authenticator app in a browser', () => {
  let site: DemoSite;
  let browser: Browser;
  let tab: Tab;
  let page: Page;
  beforeAll(async () => {
    const accounts = ['scripted', 'plain'].map((name) => personToEnrol(`${name}@crane.example`));
    site = await startDemoSite({ accounts });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await site.stop();
  });
  afterEach(async () => {
    const { complaints } = tab;
    await tab.close();
    expect(complaints).toEqual([]);
  });

  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const heading = (name: string) => page.getByRole('heading', { name, exact: true }).waitFor();

  /** As far as the page with the QR code. */
  async function beginEnrolment(email: string, options: Parameters<typeof openTab>[1]): Promise<void> {
    tab = await openTab(browser, options);
    page = tab.page;
    await page.goto(`${site.portal}/login`);
    await page.getByLabel('Email', { exact: true }).fill(email);
    await press('Continue');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await press('Continue');
    await heading('Two-Factor Authentication Required');
    await press('Set Up Now');
    await page.getByRole('radio', { name: 'Authenticator App' }).check();
    await press('Continue');
    await heading('Secure your Account');
  }

  async function secretOfPage(): Promise<string> {
    await page.getByText('Trouble Scanning').click();
    return (await page.locator('.secret').innerText()).replaceAll(' ', '');
  }

  async function saveApp(secret: string): Promise<void> {
    await page.getByLabel('Enter the 6-Digit Verification Code').fill(await totpCode(Date.now(), secret));
    await press('Continue');
    await heading('Save Your Recovery Code');
  }

  it('G15 G17 G21 shows the QR code and the key, copies and downloads the recovery code', async () => {
    await beginEnrolment('scripted@crane.example', { permissions: ['clipboard-read', 'clipboard-write'] });
    const code = page.getByRole('img', { name: /QR/ });
    expect(await code.evaluate((image: { naturalWidth: number }) => image.naturalWidth)).toBeGreaterThan(100);
    expect(await code.getAttribute('src')).toMatch(/^data:image\//);
    await keepPicture(page, 'story-enrolment-qr');
    await saveApp(await secretOfPage());

    const shown = (await page.locator('#recovery-code').innerText()).replace(/\s+/g, ' ').trim();
    expect(shown).toMatch(/^(\d{4} ){7}\d{4}$/);
    await press('Copy');
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(shown);

    const [download] = await Promise.all([page.waitForEvent('download'), press('Download')]);
    expect(download.suggestedFilename()).toMatch(/\.txt$/);
    expect(readFileSync(await download.path(), 'utf8')).toContain(shown);

    const next = page.getByRole('button', { name: 'Continue' });
    expect(await next.isDisabled()).toBe(true);
    await page.getByLabel('I Have Securely Saved This Code').check();
    expect(await next.isEnabled()).toBe(true);
    await next.click();
    await page.waitForURL(`${site.portal}/`);
    expect(await page.locator('body').innerText()).toContain('Kim Newcomer, Crane Works');
  });

  it('G22 G24 needs the tick without script too, then goes on to the app', async () => {
    await beginEnrolment('plain@crane.example', { javaScriptEnabled: false });
    await saveApp(await secretOfPage());
    await press('Continue');
    await heading('Save Your Recovery Code');
    expect(await page.getByLabel('I Have Securely Saved This Code').getAttribute('aria-invalid')).toBe(
      'true',
    );
    await page.getByLabel('I Have Securely Saved This Code').check();
    await press('Continue');
    await page.waitForURL(`${site.portal}/`);
    expect(await page.locator('body').innerText()).toContain('Kim Newcomer');
  });
});
