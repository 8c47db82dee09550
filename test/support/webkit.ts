import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type EngineBrowser, type EnginePage, type EngineTab, until, waitUntil } from './engine-tab.ts';
import { MINI_BROWSER, WEBKIT_DRIVER, XVFB } from './left-out.js';
import { WebDriverSession } from './webdriver.ts';

/** Names of keys as Playwright has them, in the protocol's code points. */
const KEYS: Readonly<Record<string, string>> = {
  Tab: '\uE004',
  Enter: '\uE007',
  Shift: '\uE008',
  ControlOrMeta: '\uE009',
  Space: ' ',
  ArrowDown: '\uE015',
};
/** MiniBrowser's own bars must not keep the window from being as narrow as a phone. */
const NO_BARS = '* { min-width: 0; min-height: 0; margin: 0; padding: 0; border-width: 0; font-size: 1px; }';
/** Without a window manager the keyboard belongs to the window below the pointer, in the middle: as small as the smallest window. */
const SCREEN = '320x720x24';
const DOWNLOADS = 'Downloads';
const REDUCED_MOTION = '[Settings]\ngtk-enable-animations=0\n';

/** WebKitGTK's MiniBrowser on a screen that nobody sees, by WebKitWebDriver. */
export async function launchWebKit(): Promise<EngineBrowser> {
  const home = makeHome();
  const screen = spawn(XVFB, ['-displayfd', '3', '-screen', '0', SCREEN, '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const [display] = await once(screen.stdio[3] as Readable, 'data');
  const port = await freePort();
  const driver = spawn(WEBKIT_DRIVER, ['--host=127.0.0.1', `--port=${port}`, '--replace-on-new-session'], {
    stdio: 'ignore',
    env: {
      ...process.env,
      DISPLAY: `:${String(display).trim()}`,
      HOME: home,
      XDG_CONFIG_HOME: home,
      LANG: 'en_US.UTF-8',
    },
  });
  const close = leaveNothing(home, driver, screen);
  const url = `http://127.0.0.1:${port}`;
  await until(() => fetch(`${url}/status`).then(({ ok }) => ok), 'the driver');
  const first = await openSession(url);
  await first.close();
  return {
    version: first.browserVersion,
    open: () => openWebKitTab(url, join(home, DOWNLOADS)),
    close,
  };
}

/** Ends them and removes the folder, at the latest when this process ends, however that is: its pipe to the shell closes then. */
function leaveNothing(folder: string, ...children: ChildProcess[]): () => Promise<void> {
  const shell = spawn('sh', ['-c', LEAVE_NOTHING, folder, ...children.map(({ pid }) => String(pid))], {
    // A group of its own, so that Ctrl+C does not end it, too.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  return async () => {
    shell.stdin.end();
    await once(shell, 'exit');
  };
}

/** The browser writes until its driver and screen are gone. */
const LEAVE_NOTHING =
  'cat; kill "$@"; for _ in 1 2 3 4 5; do rm -rf "$0"; sleep 0.2; [ -e "$0" ] || exit; done';

/** What the desktop's settings are to MiniBrowser. */
function makeHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'gatehouse-webkit-'));
  for (const folder of ['gtk-3.0', DOWNLOADS]) mkdirSync(join(home, folder));
  writeFileSync(join(home, 'gtk-3.0/gtk.css'), NO_BARS);
  writeFileSync(join(home, 'gtk-3.0/settings.ini'), REDUCED_MOTION);
  writeFileSync(join(home, 'user-dirs.dirs'), `XDG_DOWNLOAD_DIR="$HOME/${DOWNLOADS}"\n`);
  return home;
}

const openSession = (driverUrl: string) =>
  WebDriverSession.open(driverUrl, {
    browserName: 'MiniBrowser',
    'webkitgtk:browserOptions': { binary: MINI_BROWSER, args: ['--automation', '--full-screen'] },
  });

/** A window with nothing in its profile. */
async function openWebKitTab(driverUrl: string, downloads: string): Promise<EngineTab> {
  const session = await openSession(driverUrl);
  return {
    page: new WebKitPage(session),
    complaints: () => session.evaluate<string[]>(COMPLAINTS),
    async downloaded() {
      let content = '';
      // It stands there empty while its content comes into another.
      await until(async () => {
        const name = readdirSync(downloads).find((one) => !one.endsWith('.wkdownload')) ?? '';
        content = readFileSync(join(downloads, name), 'utf8');
        return content !== '';
      }, 'a file');
      return content;
    },
    close: async () => void (await session.close()),
  };
}

/** The part of Playwright's Page that the engines' tests need, for an engine that Playwright can't drive. */
class WebKitPage implements EnginePage {
  readonly #session: WebDriverSession;

  constructor(session: WebDriverSession) {
    this.#session = session;
  }

  readonly keyboard = {
    press: (combination: string) => {
      const keys = combination.split('+').map((key) => KEYS[key] ?? key.toLowerCase());
      return this.#act([...keys.map(down), ...keys.toReversed().map(up)]);
    },
    type: (text: string) => this.#act([...text].flatMap((character) => [down(character), up(character)])),
  };

  async goto(url: string): Promise<void> {
    await this.#session.send('/url', { url });
  }

  evaluate<T>(expression: string): Promise<T> {
    return this.#session.evaluate<T>(expression);
  }

  /** Call it before what leads away. */
  async waitForNavigation(): Promise<void> {
    await this.evaluate('globalThis.stillHere = true');
    await waitUntil(this, `globalThis.stillHere !== true && document.readyState === 'complete'`);
  }

  async setViewportSize({ width, height }: { width: number; height: number }): Promise<void> {
    await this.#session.send('/window/rect', { width, height });
    await waitUntil(this, `innerWidth === ${width}`);
  }

  async #act(actions: object[]): Promise<void> {
    await this.#session.send('/actions', { actions: [{ type: 'key', id: 'keyboard', actions }] });
  }
}

const down = (value: string) => ({ type: 'keyDown', value });
const up = (value: string) => ({ type: 'keyUp', value });

/** What has no effect on the page: the protocol hands over no console, and WebKit's reports come only to who was there before. */
const COMPLAINTS = `[
  ...[...document.querySelectorAll('link[rel=stylesheet]')].filter(({ sheet }) => !sheet?.cssRules.length),
  ...[...document.images].filter(({ complete, naturalWidth }) => complete && naturalWidth === 0),
  ...document.querySelectorAll('input[type=password]:not([data-revealable])'),
].map((element) => 'no effect: ' + element.outerHTML.slice(0, 120))`;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
