import type { Browser } from 'playwright-core';
import { hasChromium, keepPicture, launchChromium, openTab } from '../support/chromium.ts';
import { type DemoSite, enrolledPerson, startDemoSite } from '../support/demo-site.ts';
import { type MailServer, startMailServer } from '../support/mail-server.ts';
import { totpCode } from '../support/world.ts';

const NEW_PASSWORD = 'Battery-Staple-8';

(hasChromium ? describe : describe.skip)('resetting a password in a browser', () => {
  let site: DemoSite;
  let mails: MailServer;
  let browser: Browser;
  beforeAll(async () => {
    mails = await startMailServer();
    const accounts = [enrolledPerson('rosa@bridges.example')];
    site = await startDemoSite({ accounts, env: { SMTP_URL: mails.url } });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await site.stop();
    await mails.close();
  });

  it('D1 D3 A10 mails a link within a minute, marks the circles while typing, and lets the new password in', async () => {
    const { page, complaints, close } = await openTab(browser);
    const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
    const fill = (label: string, value: string) => page.getByLabel(label, { exact: true }).fill(value);
    await page.goto(`${site.portal}/login`);
    await fill('Email', 'rosa@bridges.example');
    // From the first step, what is typed there goes along as well.
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await page.waitForURL(/forgot-password/);
    expect(await page.getByLabel('Email', { exact: true }).inputValue()).toBe('rosa@bridges.example');
    await page.goBack();
    await fill('Email', 'rosa@bridges.example');
    await press('Continue');
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await page.waitForURL(/forgot-password/);
    expect(await page.getByLabel('Email', { exact: true }).inputValue()).toBe('rosa@bridges.example');
    const asked = Date.now();
    await press('Submit');
    await page.getByRole('heading', { name: 'Check your email' }).waitFor();

    const mail = await mails.nextTo('rosa@bridges.example');
    expect(Date.now() - asked).toBeLessThan(60_000);
    const [link] = /^http:\/\/localhost\S+$/m.exec(mail) ?? [];
    await page.goto(link ?? '');
    // The token has left the address bar.
    expect(page.url()).toBe(`${site.gatehouse.issuer}/reset-password`);
    expect(await page.locator('.identity').innerText()).toBe('rosa@bridges.example');

    const met = () =>
      page
        .locator('[data-rule][data-state=met]')
        .evaluateAll((items) => items.map((item) => item.getAttribute('data-rule')));
    const password = page.getByLabel('Password', { exact: true });
    expect(await met()).toEqual([]);
    await password.pressSequentially('Abcdefg1');
    expect(await met()).toEqual(['length', 'upper', 'lower', 'number']);
    await password.pressSequentially('£');
    expect(await met()).toEqual(['length', 'upper', 'lower', 'number', 'special']);
    expect(await page.locator('[data-rule=special]').innerText()).toContain('(met)');
    await password.fill('abc');
    expect(await met()).toEqual(['lower']);
    await keepPicture(page, 'story-reset-circles');

    await fill('Password', NEW_PASSWORD);
    await fill('Confirm', NEW_PASSWORD);
    await press('Reset Password');
    await page.getByRole('link', { name: 'Log in', exact: true }).click();
    // The log-in that was under way goes on, with the address typed there.
    await fill('Password', NEW_PASSWORD);
    await press('Continue');
    await fill('Enter Your 6-digit Verification Code', await totpCode(Date.now()));
    await press('Continue');
    await page.waitForURL(`${site.portal}/`);
    expect(await page.locator('body').innerText()).toContain('Robin Enrolled');
    expect(await mails.nextTo('rosa@bridges.example')).toContain('password');
    expect(complaints).toEqual([]);
    await close();
  });
});
