import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { mailsTo } from '../support/mails.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { accountOf, logIn } from '../support/sign-in.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { person as entry, PASSWORD, world } from '../support/world.ts';

const WRONG = 'Wrong-Horse-7';
const NEW_PASSWORD = 'Fresh-Staple-8';
const NEUTRAL = /^The email or password is incorrect\. After several tries an account may be locked\./;

describe('lock-out', () => {
  let clock: TravellingClock;
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  const people = ['lou', 'kim', 'may', 'sam', 'rae', 'pat', 'mul'];
  beforeAll(async () => {
    clock = travellingClock();
    gatehouse = await startGatehouse({
      clock,
      env: { LIMIT_LOGINS_PER_MINUTE: '1000' },
      bootstrap: world({
        companies: [
          { id: 'strict', name: 'Strict Steel', settings: { lockout: { enabled: true } } },
          { id: 'patient', name: 'Patient Paint', settings: { lockout: { enabled: true, attempts: 5 } } },
        ],
        accounts: [
          ...people.map((name) =>
            entry(`${name}@other.example`, name, name === 'mul' ? ['patient', 'strict'] : ['strict']),
          ),
          entry('ned@other.example', 'Ned', ['patient']),
          entry('luc@other.example', 'Luc', ['strict'], { locale: 'fr' }),
        ],
      }),
    });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(async () => {
    clock.restore();
    await gatehouse.stop();
  });

  const at = (name: string) => `${name}@other.example`;
  const attempt = async (name: string, password: string, browser?: JourneyBrowser) =>
    (await logIn(gatehouse, portal, at(name), { password, ...(browser && { browser }) })).person;
  const fail = async (name: string, times: number, browser?: JourneyBrowser) => {
    for (let n = 0; n < times; n++) await attempt(name, WRONG, browser);
  };
  const isIn = (person: JourneyBrowser) => person.arrivedAt?.searchParams.has('code') ?? false;
  /** A browser in which the person has logged in, without the session. */
  async function ownBrowser(name: string): Promise<JourneyBrowser> {
    const before = await attempt(name, PASSWORD);
    expect(isIn(before)).toBe(true);
    const known = (await before.jar.getCookies(gatehouse.issuer)).find(({ key }) => key === 'gh_known');
    const browser = new JourneyBrowser([gatehouse.issuer]);
    await browser.jar.setCookie(String(known), gatehouse.issuer);
    return browser;
  }
  const isLocked = async (name: string) =>
    (await gatehouse.credentials.passwords.lockState((await accountOf(gatehouse, at(name))).id)).locked;

  it('F1 F2 the third wrong password locks where a company says so, the strictest of several, and a success starts afresh', async () => {
    await fail('ned', 3);
    expect(await isLocked('ned')).toBe(false);
    await fail('ned', 1);
    expect(isIn(await attempt('ned', PASSWORD))).toBe(true);
    await fail('ned', 4);
    expect(await isLocked('ned')).toBe(false);
    await fail('ned', 1);
    expect(await isLocked('ned')).toBe(true);
    await fail('mul', 2);
    expect(await isLocked('mul')).toBe(false);
    await fail('mul', 1);
    expect(await isLocked('mul')).toBe(true);
    await fail('ada', 12);
    expect(isIn(await attempt('ada', PASSWORD))).toBe(true);
  });

  it('F3 C5 an unknown browser gets the neutral text before, at and after the lock, and the person a mail with the ways out', async () => {
    for (const password of [WRONG, WRONG, WRONG, WRONG, PASSWORD]) {
      const person = await attempt('lou', password);
      expect([person.status, person.title]).toEqual([401, 'Enter your password']);
      expect(person.alerts.join()).toMatch(NEUTRAL);
      expect(person.text).not.toContain('Account Locked');
    }
    const mails = await mailsTo(gatehouse, at('lou'));
    expect(mails.map(({ subject }) => subject)).toEqual(['Your account has been locked']);
    expect(mails[0]?.text).toContain(`\n${gatehouse.issuer}/forgot-password\n`);
    expect(mails[0]?.text).toContain('ask your Company Administrator to unlock it');
    await fail('luc', 3);
    const french = await mailsTo(gatehouse, at('luc'));
    expect(french.map(({ subject }) => subject)).toEqual(['Votre compte a été verrouillé']);
  });

  it('F3 O6 C5 "Account Locked" is said in a browser that the person has logged in with, and the right password gets no verdict there either', async () => {
    const own = await ownBrowser('may');
    await fail('may', 2, own);
    expect(own.alerts.join()).toMatch(NEUTRAL);
    for (const password of [WRONG, PASSWORD]) {
      await attempt('may', password, own);
      expect([own.status, own.title]).toEqual([403, 'Account Locked']);
    }
    expect(own.text).toContain('ask your Company Administrator');
    expect(own.links()).toEqual(expect.arrayContaining(['Reset Password', 'Not you?']));
    // Another account in this browser, and this account in another browser, learn nothing.
    await fail('rae', 3, own);
    expect(own.alerts.join()).toMatch(NEUTRAL);
    expect((await attempt('may', PASSWORD)).title).toBe('Enter your password');
  });

  it('F4 D11 from "Account Locked" the mailed link leads back in, and this browser stays a known one', async () => {
    const own = await ownBrowser('sam');
    await fail('sam', 3, own);
    await (await own.follow('Reset Password')).press('Submit');
    const mail = (await mailsTo(gatehouse, at('sam'))).find(({ text }) =>
      text.includes('/reset-password?token='),
    );
    await own.open(/\S+\/reset-password\?token=\S+/.exec(mail?.text ?? '')?.[0] ?? '');
    await own.fill('Password', NEW_PASSWORD).fill('Confirm', NEW_PASSWORD).press('Reset Password');
    // Whoever goes on guessing locks the account for strangers once more.
    await fail('sam', 3);
    expect(await isLocked('sam')).toBe(true);
    await own.follow('Log in');
    await own.fill('Password', NEW_PASSWORD).press('Continue');
    expect(isIn(own)).toBe(true);
  });

  it('W13 X36 three guesses a minute from elsewhere, however long, lock no known device out', async () => {
    const own = await ownBrowser('kim');
    for (let minute = 0; minute < 6; minute++) {
      await fail('kim', 3);
      clock.advance(60_000);
    }
    expect(isIn(await attempt('kim', PASSWORD))).toBe(false);
    await fail('kim', 2, own);
    expect(isIn(await attempt('kim', PASSWORD, own))).toBe(true);
    expect((await mailsTo(gatehouse, at('kim'))).map(({ subject }) => subject)).toEqual([
      'Your account has been locked',
    ]);
  });

  it('X36 a forged, foreign or outdated cookie of a known device counts for nothing', async () => {
    const own = await ownBrowser('pat');
    const known = (await own.jar.getCookies(gatehouse.issuer)).find(({ key }) => key === 'gh_known');
    expect(known).toMatchObject({ httpOnly: true, sameSite: 'lax', path: '/' });
    const eve = await ownBrowser('ada');
    const pat = await accountOf(gatehouse, at('pat'));
    await gatehouse.accounts.raiseEpoch(pat.id, 'password-changed');
    await fail('pat', 3, own);
    expect(own.title).toBe('Enter your password');
    expect(own.alerts.join()).toMatch(NEUTRAL);
    await attempt('pat', PASSWORD, eve);
    expect(eve.alerts.join()).toMatch(NEUTRAL);
  });

  it('F5 an administrator’s unlock lets the person in at once, with an audit event', async () => {
    await fail('rae', 3);
    const rae = await accountOf(gatehouse, at('rae'));
    expect(await isLocked('rae')).toBe(true);
    expect(await gatehouse.credentials.unlock(rae.id, { actor: 'admin' })).toMatchObject({ lock: true });
    await fail('rae', 2);
    expect(isIn(await attempt('rae', PASSWORD))).toBe(true);
    await gatehouse.settle();
    const { items } = await gatehouse.audit.list({ accountId: rae.id });
    expect(
      items.filter(({ type }) => type.startsWith('account.')).map(({ type, actor }) => [type, actor]),
    ).toEqual(
      expect.arrayContaining([
        ['account.locked', rae.id],
        ['account.unlocked', 'admin'],
      ]),
    );
  });

  it('W13 where no company locks, tries are throttled for a while; a known browser has tries of its own and is told how long', async () => {
    const own = await ownBrowser('ada');
    await fail('ada', 30);
    const stranger = await attempt('ada', PASSWORD);
    expect([stranger.status, isIn(stranger)]).toEqual([401, false]);
    expect(stranger.alerts.join()).toMatch(NEUTRAL);
    await fail('ada', 30, own);
    expect(own.status).toBe(401);
    await attempt('ada', PASSWORD, own);
    expect(own.status).toBe(429);
    expect(own.alerts.join()).toContain('Wait 15 minutes, or reset your password.');
    clock.advance(15 * 60_000);
    expect(isIn(await attempt('ada', PASSWORD))).toBe(true);
    expect(isIn(await attempt('ada', PASSWORD, own))).toBe(true);
  });
});

describe('log-ins of one network', () => {
  let clock: TravellingClock;
  let gatehouse: TestGatehouse;
  beforeAll(async () => {
    clock = travellingClock();
    const env = { TRUSTED_PROXIES: '127.0.0.0/8,::1/128' };
    gatehouse = await startGatehouse({ clock, env, bootstrap: world() });
  });
  afterAll(async () => {
    clock.restore();
    await gatehouse.stop();
  });

  it('W13 a whole site behind one address has sixty a minute, whoever they are for; other networks go on', async () => {
    const portal = await relyingParty(gatehouse.issuer);
    const from = (ip: string) => new JourneyBrowser([gatehouse.issuer], { 'x-forwarded-for': ip });
    const site = from('198.51.100.7');
    await site.open((await portal.begin()).url);
    await site.fill('Email', 'nobody@other.example').press('Continue');
    const { action, fields } = site.form();
    clock.advance(60_000 - (clock.now() % 60_000));
    const guess = async (n: number) =>
      (await site.post(action, { ...fields, password: `Guess-${n}` })).status;
    const statuses = [];
    for (let n = 0; n < 61; n++) statuses.push(await guess(n));
    expect(statuses).toEqual([...Array(60).fill(401), 429]);
    expect(site.text).toMatch(/Wait \d+ seconds, then try again/);
    const browser = from('203.0.113.7');
    await logIn(gatehouse, portal, 'ada@other.example', { password: PASSWORD, browser });
    expect(browser.arrivedAt?.searchParams.has('code')).toBe(true);
    clock.advance(60_000);
    expect(await guess(61)).toBe(401);
  });
});
