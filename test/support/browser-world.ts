import type { Browser } from 'playwright-core';
import { launchChromium, openTab, type Tab } from './chromium.ts';
import { type DemoOptions, type DemoSite, startDemoSite } from './demo-site.ts';
import { Hands } from './hands.ts';
import { type MailServer, startMailServer } from './mail-server.ts';
import { type SmsGateway, startSmsGateway } from './sms-gateway.ts';

interface Options extends DemoOptions {
  /** With which kind of gateway text messages are sent; none by default. */
  sms?: keyof SmsGateway['env'];
}

/** The demo's site, its post and a browser; there once the tests run. */
export interface BrowserWorld {
  site: DemoSite;
  mails: MailServer;
  gateway: SmsGateway;
  /** Someone with a browser of their own, until the test ends; what goes wrong in it fails the test. */
  visit(options?: Parameters<typeof openTab>[1]): Promise<Hands>;
}

/** To be called in a `describe`: started before its tests, closed after them. */
export function browserWorld({ sms, env = {}, ...demo }: Options = {}): BrowserWorld {
  let browser: Browser;
  let tabs: Tab[] = [];
  const world = {
    async visit(options) {
      const tab = await openTab(browser, options);
      tabs.push(tab);
      return new Hands(tab.page);
    },
  } as BrowserWorld;

  beforeAll(async () => {
    const [mails, gateway] = await Promise.all([startMailServer(), startSmsGateway()]);
    const post = { SMTP_URL: mails.url, ...(sms && gateway.env[sms]) };
    browser = await launchChromium();
    Object.assign(world, { mails, gateway });
    world.site = await startDemoSite({ ...demo, env: { ...post, ...env } });
  });
  afterEach(async () => {
    const complaints = tabs.flatMap((tab) => tab.complaints);
    await Promise.all(tabs.map((tab) => tab.close()));
    tabs = [];
    expect(complaints).toEqual([]);
  });
  afterAll(async () => {
    await browser.close();
    await world.site.stop();
    await Promise.all([world.gateway.close(), world.mails.close()]);
  });
  return world;
}
