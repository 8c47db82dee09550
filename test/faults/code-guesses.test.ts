import { enrolEmailCode, lastCodeTo } from '../support/email-codes.ts';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { logIn } from '../support/sign-in.ts';
import { travellingClock } from '../support/travelling-clock.ts';
import { person, TOTP_SECRET, totpCode, world } from '../support/world.ts';

const CODE = 'Enter Your 6-digit Verification Code';
const BROWSERS = 50;
// Each costs a dozen round trips where the storage is on servers.
const GUESSES = process.env['TEST_ENGINE'] === 'mongo-redis' ? 1_000 : 10_000;
const AT_ONCE = 200;
// Log-ins that are only the way to the page: a slow storage server is not what is tried here.
const OPENED_AT_ONCE = 5;
const MINUTE = 60_000;

/** One browser's open code page, ready to be posted to many times. */
interface OpenPage {
  action: URL;
  fields: Record<string, string>;
  headers: Record<string, string>;
}

describe('codes that are guessed by many browsers at once', () => {
  const clock = travellingClock();
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    gatehouse = await startGatehouse({
      clock,
      env: { LIMIT_LOGINS_PER_MINUTE: '1000', EMAIL_CODES: 'on' },
      bootstrap: world({
        accounts: [
          person('rex@other.example', 'Rex', ['beta'], { totpSecret: TOTP_SECRET }),
          person('sam@other.example', 'Sam', ['beta'], { phone: '+12025550143' }),
          person('eve@other.example', 'Eve', ['beta']),
        ],
      }),
    });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(async () => {
    clock.restore();
    await gatehouse.stop();
  });

  async function openPages(count: number, email: string, turnTo?: string): Promise<OpenPage[]> {
    const openOne = async (): Promise<OpenPage> => {
      const { person: guesser } = await logIn(gatehouse, portal, email);
      if (turnTo) await (await guesser.follow('Try another method')).follow(turnTo);
      if (!guesser.find('#code')) throw new Error(`not the page of a code: ${guesser.title}`);
      const { action, fields } = guesser.form();
      const cookie = await guesser.jar.getCookieString(action.href);
      return { action, fields, headers: { cookie, origin: gatehouse.issuer, accept: 'text/html' } };
    };
    const pages: OpenPage[] = [];
    while (pages.length < count) {
      const group = Math.min(OPENED_AT_ONCE, count - pages.length);
      pages.push(...(await Promise.all(Array.from({ length: group }, openOne))));
    }
    return pages;
  }

  /** Posts every code, 200 at a time over all pages; resolves with how often each status came. */
  async function guess(pages: readonly OpenPage[], codes: readonly string[]) {
    const statuses = new Map<number, number>();
    let next = 0;
    async function guesser(): Promise<void> {
      for (let index = next++; index < codes.length; index = next++) {
        const page = pages[index % pages.length] as OpenPage;
        const body = new URLSearchParams({ ...page.fields, code: codes[index] ?? '' });
        const answer = await fetch(page.action, {
          method: 'POST',
          headers: page.headers,
          body,
          redirect: 'manual',
        });
        await answer.arrayBuffer();
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, guesser));
    return statuses;
  }

  /** Wrong codes only: none of those that the app shows in these minutes. */
  async function wrongCodes(count: number): Promise<string[]> {
    const shown = await Promise.all(
      [...Array(20).keys()].map((step) => totpCode(clock.now() + (step - 5) * 30_000)),
    );
    const all = Array.from({ length: count + shown.length }, (_, index) =>
      String(index * 97 + 1).padStart(6, '0'),
    );
    return all.filter((code) => !shown.includes(code)).slice(0, count);
  }

  it('X29 F6 evaluates five of all codes in ten minutes, however many are guessed and whatever browser they come from', async () => {
    const pages = await openPages(BROWSERS, 'tess@other.example');
    const statuses = await guess(pages, await wrongCodes(GUESSES));
    expect(Object.fromEntries(statuses)).toEqual({ 422: 5, 429: GUESSES - 5 });

    // The right code is not looked at either, until the window has passed; nothing stays locked.
    const { person: owner } = await logIn(gatehouse, portal, 'tess@other.example', {
      totpSecret: TOTP_SECRET,
    });
    expect(owner.status).toBe(429);
    clock.advance(10 * MINUTE);
    const later = await logIn(gatehouse, portal, 'tess@other.example', { totpSecret: TOTP_SECRET });
    expect((await portal.complete(later.pending, later.person.arrivedAt)).claims()?.['email']).toBe(
      'tess@other.example',
    );
    const { items } = await gatehouse.audit.list({});
    expect(items.filter(({ type }) => type === 'second-factor.throttled')).toHaveLength(1);
  }, 240_000);

  it('X33 counts guesses of the recovery code with those of the app', async () => {
    const rex = await gatehouse.accounts.byEmail('rex@other.example');
    await gatehouse.credentials.recoveryCodes.issue(rex?.id ?? '', { actor: 'system' });
    const byApp = await openPages(1, 'rex@other.example');
    const byRecovery = await openPages(10, 'rex@other.example', 'Enter Recovery Code');
    expect(Object.fromEntries(await guess(byApp, await wrongCodes(2)))).toEqual({ 422: 2 });
    const codes = Array.from({ length: 300 }, (_, index) => String(index).padStart(32, '7'));
    expect(Object.fromEntries(await guess(byRecovery, codes))).toEqual({ 422: 3, 429: 297 });
  });

  it('X29 F6 evaluates five guesses of a code by text message, then not even the right one', async () => {
    const pages = await openPages(1, 'sam@other.example');
    const sent = (await gatehouse.sentMessages()).find(({ channel }) => channel === 'sms');
    const code = /\d{6}/.exec(sent?.text ?? '')?.[0] ?? '';
    const wrong = (await wrongCodes(GUESSES / 5)).filter((guessed) => guessed !== code);
    expect(Object.fromEntries(await guess(pages, wrong))).toEqual({ 422: 5, 429: wrong.length - 5 });
    expect(Object.fromEntries(await guess(pages, [code]))).toEqual({ 429: 1 });
  });

  it('X29 F6 evaluates five guesses of a code by e-mail over several browsers, then not even the right one', async () => {
    await enrolEmailCode(gatehouse, 'eve@other.example');
    clock.advance(MINUTE);
    // Only the first page has a code sent: the others wait for theirs, and have nothing to guess.
    const [first] = await openPages(1, 'eve@other.example');
    const others = await openPages(2, 'eve@other.example');
    if (!first) throw new Error('no page');
    const code = await lastCodeTo(gatehouse, 'eve@other.example');
    const wrong = (await wrongCodes(GUESSES / 10)).filter((guessed) => guessed !== code);
    const statuses = await guess([first, ...others], wrong);
    expect((statuses.get(422) ?? 0) + (statuses.get(429) ?? 0)).toBe(wrong.length);
    const { items } = await gatehouse.audit.list({ limit: 1_000 });
    const { id } = (await gatehouse.accounts.byEmail('eve@other.example')) ?? { id: '' };
    const throttled = items.filter((one) => one.type === 'second-factor.throttled' && one.accountId === id);
    expect(throttled).toHaveLength(1);
    expect(Object.fromEntries(await guess([first], [code]))).toEqual({ 429: 1 });
  });

  it('X30 takes a code once', async () => {
    clock.advance(MINUTE);
    const first = await logIn(gatehouse, portal, 'tess@other.example', { totpSecret: TOTP_SECRET });
    await portal.complete(first.pending, first.person.arrivedAt);
    const second = await logIn(gatehouse, portal, 'tess@other.example', { totpSecret: TOTP_SECRET });
    expect(second.person.status).toBe(422);
    expect(second.person.text).toContain('already');
    clock.advance(30_000);
    await second.person.fill(CODE, await totpCode(clock.now())).press('Continue');
    await portal.complete(second.pending, second.person.arrivedAt);
  });

  it('X30 lets one in of two that bring the same code at the same time', async () => {
    clock.advance(MINUTE);
    const [one, other] = await openPages(2, 'tess@other.example');
    if (!one || !other) throw new Error('no pages');
    const code = await totpCode(clock.now());
    const answers = await Promise.all(
      [one, other].map(({ action, fields, headers }) =>
        fetch(action, {
          method: 'POST',
          headers,
          body: new URLSearchParams({ ...fields, code }),
          redirect: 'manual',
        }),
      ),
    );
    const pages = await Promise.all(answers.map((answer) => answer.text()));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
    expect(pages.filter((page) => page.includes('http-equiv="refresh"'))).toHaveLength(1);
  });
});
