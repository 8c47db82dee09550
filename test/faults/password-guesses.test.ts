import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PasswordVerdict } from '../../src/credentials/credentials.ts';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { accountOf, logIn } from '../support/sign-in.ts';
import { PASSWORD, person, world } from '../support/world.ts';

// Each costs a hash, and round trips where the storage is on servers.
const GUESSES = process.env['TEST_ENGINE'] === 'mongo-redis' ? 1_000 : 10_000;
const BROWSERS = 24;
const AT_ONCE = process.env['TEST_ENGINE'] === 'mongo-redis' ? 12 : 50;
const WRONG = 'Wrong-Horse-7';
const STRICT = { enabled: true, attempts: 3 };
const OFF = { enabled: false, attempts: 3 };

describe('passwords that are guessed by many at once, at two nodes', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-guesses-'));
  const nodes: TestGatehouse[] = [];
  let portal: RelyingParty;
  beforeAll(async () => {
    const bootstrap = world({
      companies: [{ id: 'strict', name: 'Strict Steel', settings: { lockout: { enabled: true } } }],
      accounts: ['lou', 'kim', 'may'].map((name) => person(`${name}@other.example`, name, ['strict'])),
    });
    const env = { LIMIT_LOGINS_PER_MINUTE: '100000' };
    nodes.push(await startGatehouse({ bootstrap, env, dataDir }), await startGatehouse({ env, dataDir }));
    portal = await relyingParty(first().issuer);
  });
  afterAll(async () => {
    for (const node of nodes) await node.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const first = () => nodes[0] as TestGatehouse;

  /** How often each verdict came of `GUESSES` tries at both nodes, `AT_ONCE` of them at a time. */
  async function guess(email: string, lockout: typeof STRICT) {
    const account = await accountOf(first(), email);
    const verdicts = new Map<PasswordVerdict['outcome'], number>();
    let next = 0;
    async function guesser(): Promise<void> {
      while (next++ < GUESSES) {
        const node = nodes[next % nodes.length] as TestGatehouse;
        const { outcome } = await node.credentials.passwords.verify({
          account,
          password: WRONG,
          origin: {},
          lockout,
        });
        verdicts.set(outcome, (verdicts.get(outcome) ?? 0) + 1);
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, guesser));
    return Object.fromEntries(verdicts);
  }

  it('X29 F2 looks at three of all guesses where the company locks, then at none, the right one included', async () => {
    // The third is looked at and locks: it is told apart from the two before it alone.
    expect(await guess('lou@other.example', STRICT)).toEqual({ wrong: 2, locked: GUESSES - 2 });
    const { person: owner } = await logIn(first(), portal, 'lou@other.example');
    expect([owner.status, owner.title]).toEqual([401, 'Enter your password']);
    const { items } = await first().audit.list({
      accountId: (await accountOf(first(), 'lou@other.example')).id,
    });
    expect(items.filter(({ type }) => type === 'account.locked')).toHaveLength(1);
    const mails = (await first().sentMessages()).filter(({ to }) => to === 'lou@other.example');
    expect(mails).toHaveLength(1);
  }, 240_000);

  it('X29 W13 looks at thirty of all guesses in a quarter of an hour where no company locks', async () => {
    expect(await guess('ada@other.example', OFF)).toEqual({ wrong: 30, throttled: GUESSES - 30 });
    expect((await logIn(first(), portal, 'ada@other.example')).person.status).toBe(401);
  }, 240_000);

  it('X29 X28 browsers that guess at the same time all get the same neutral answer', async () => {
    const pages = await Promise.all(
      Array.from({ length: BROWSERS }, async () => {
        const browser = new JourneyBrowser([first().issuer]);
        await browser.open((await portal.begin()).url);
        await browser.fill('Email', 'kim@other.example').press('Continue');
        return browser;
      }),
    );
    const right = pages.length - 1;
    await Promise.all(
      pages.map((browser, index) =>
        browser.fill('Password', index < right ? WRONG : WRONG.toLowerCase()).press('Continue'),
      ),
    );
    expect(new Set(pages.map(({ status, title, alerts }) => [status, title, ...alerts].join()))).toEqual(
      new Set([[401, 'Enter your password', ...(pages[0]?.alerts ?? [])].join()]),
    );
    expect((await logIn(first(), portal, 'kim@other.example', { password: PASSWORD })).person.status).toBe(
      401,
    );
  });
});
