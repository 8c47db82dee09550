import { refreshTokenGrant } from 'openid-client';
import { setUpAuthenticator } from '../support/authenticator-setup.ts';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { disguises, rawDump } from '../support/stored-data.ts';
import { travellingClock } from '../support/travelling-clock.ts';
import { startUpstream, type Upstream } from '../support/upstream/start.ts';
import { person as entry, totpCode, world } from '../support/world.ts';

const CODE = 'Enter Your 6-digit Verification Code';
const PASSWORD = 'Canary-Password-93!';
const WRONG = 'Canary-Mistyped-51!';
const NEW_PASSWORD = 'Canary-Renewed-47!';
const APP_SECRET = 'CANARYCANARYCANARYCANARYCANARYCA';
const CLIENT_SECRET = 'canary-client-secret-of-the-portal';
const IDP_SECRET = 'canary upstream secret: 100%';
const PHONE = '+15550142731';
const EMAIL = 'cora@other.example';

/** Every secret of these journeys by name; a find is told by that name alone. */
const secrets = new Map<string, string>([
  ['password', PASSWORD],
  ['mistyped password', WRONG],
  ['new password', NEW_PASSWORD],
  ['TOTP secret', APP_SECRET],
  ['client secret', CLIENT_SECRET],
  ['IdP secret', IDP_SECRET],
]);
const codes = new Map<string, string>();

describe('secrets of a day’s journeys', () => {
  const clock = travellingClock();
  let upstream: Upstream;
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  const browsers: JourneyBrowser[] = [];

  beforeAll(async () => {
    upstream = await startUpstream({ clientSecret: IDP_SECRET });
    const { issuer, clientId, clientSecret } = upstream;
    gatehouse = await startGatehouse({ clock, bootstrap: canaryWorld({ issuer, clientId, clientSecret }) });
    portal = await relyingParty(gatehouse.issuer, { clientSecret: CLIENT_SECRET });
    await logInWithEverything();
    await logInByTextMessage();
    await recoverAndReplace();
    await resetPassword();
    await enrolAtTheDoor();
    await comeThroughTheIdp();
    await failInEveryWay();
    await gatehouse.sentMessages();
  });
  afterAll(async () => {
    clock.restore();
    await gatehouse.stop();
    await upstream.stop();
  });

  function browser(): JourneyBrowser {
    const fresh = new JourneyBrowser([gatehouse.issuer, upstream.issuer]);
    browsers.push(fresh);
    return fresh;
  }

  async function begin(person = browser()) {
    const pending = await portal.begin();
    await person.open(pending.url);
    return { person, pending };
  }

  async function giveCode(person: JourneyBrowser, secret = APP_SECRET): Promise<void> {
    clock.advance(60_000);
    const code = await totpCode(clock.now(), secret);
    codes.set(`TOTP code ${codes.size}`, code);
    await person.fill(CODE, code).press('Continue');
  }

  async function collect({ person, pending }: Awaited<ReturnType<typeof begin>>): Promise<void> {
    const of = `of log-in ${secrets.size}`;
    secrets.set(`code ${of}`, person.arrivedAt?.searchParams.get('code') ?? '');
    const tokens = await portal.complete(pending, person.arrivedAt);
    const refreshed = await refreshTokenGrant(portal.configuration, tokens.refresh_token ?? '');
    secrets.set(`access token ${of}`, tokens.access_token);
    secrets.set(`refresh token ${of}`, tokens.refresh_token ?? '');
    secrets.set(`its successor ${of}`, refreshed.refresh_token ?? '');
    secrets.set(`ID token ${of}`, tokens.id_token ?? '');
    for (const { key, value } of await person.jar.getCookies(gatehouse.issuer)) {
      // The log-in's own id stands in its address, and proves nothing without the cookie's signature.
      if (['gh_session', 'gh_browser', 'gh_session.sig', 'gh_browser.sig'].includes(key))
        secrets.set(`cookie ${key} ${of}`, value);
    }
  }

  async function logInWithEverything(): Promise<void> {
    const { person, pending } = await begin();
    await person.fill('Email', EMAIL).press('Continue');
    await person.fill('Password', WRONG).press('Continue');
    await person.fill('Password', PASSWORD).press('Continue');
    await person.follow('Authenticator App');
    await person.fill(CODE, '000000').press('Continue');
    await giveCode(person);
    await collect({ person, pending });
  }

  async function logInByTextMessage(): Promise<void> {
    const { person, pending } = await begin();
    await person.fill('Email', EMAIL).press('Continue');
    await person.fill('Password', PASSWORD).press('Continue');
    await person.follow('Use a Phone Number');
    const text = (await gatehouse.sentMessages()).find(({ to }) => to === PHONE)?.text ?? '';
    const code = /\d{6}/.exec(text)?.[0] ?? '';
    expect(code).not.toBe('');
    codes.set('SMS code', code);
    await person.fill(CODE, code).press('Continue');
    await collect({ person, pending });
  }

  async function recoverAndReplace(): Promise<void> {
    const account = await gatehouse.accounts.byEmail(EMAIL);
    const code = await gatehouse.credentials.recoveryCodes.issue(account?.id ?? '', { actor: 'system' });
    secrets.set('recovery code', code);
    const { person, pending } = await begin();
    await person.fill('Email', EMAIL).press('Continue');
    await person.fill('Password', PASSWORD).press('Continue');
    await person.follow('Enter Recovery Code');
    await person.fill('Enter Recovery Code', code.replace(/(.{4})/g, '$1 ')).press('Continue');
    secrets.set('next recovery code', person.text.match(/(?:\d{4} ){7}\d{4}/)?.[0].replaceAll(' ', '') ?? '');
    await person.choose('I Have Securely Saved This Code').press('Continue');
    await person.press('Skip for now');
    await collect({ person, pending });
  }

  async function resetPassword(): Promise<void> {
    const person = await browser().open(`${gatehouse.issuer}/forgot-password`);
    await person.fill('Email', EMAIL).press('Submit');
    const mails = await gatehouse.sentMessages();
    const link = mails.map(({ text }) => /^http\S+token=\S+$/m.exec(text)?.[0]).find(Boolean) ?? '';
    secrets.set('reset token', new URL(link).searchParams.get('token') ?? '');
    await person.open(link);
    await person.fill('Password', NEW_PASSWORD).fill('Confirm', NEW_PASSWORD).press('Reset Password');
    expect(person.title).toBe('Your password was changed');
    const { person: later, pending } = await begin();
    await later.fill('Email', EMAIL).press('Continue');
    await later.fill('Password', NEW_PASSWORD).press('Continue');
    await later.follow('Authenticator App');
    await giveCode(later);
    await collect({ person: later, pending });
  }

  async function enrolAtTheDoor(): Promise<void> {
    const { person, pending } = await begin();
    await person.fill('Email', 'max@other.example').press('Continue');
    await person.fill('Password', 'Correct-Horse-7').press('Continue');
    secrets.set('enrolled TOTP secret', await setUpAuthenticator(person, clock.now()));
    await person.choose('I Have Securely Saved This Code').press('Continue');
    await collect({ person, pending });
  }

  async function comeThroughTheIdp(): Promise<void> {
    const { person, pending } = await begin();
    await person.fill('Email', 'sam@acme.example').press('Continue');
    const answer = await upstream.signIn(person.url.href, 'sam@acme.example');
    secrets.set('code of the IdP', answer.searchParams.get('code') ?? '');
    secrets.set('nonce to the IdP', person.url.searchParams.get('nonce') ?? '');
    await person.open(answer);
    await collect({ person, pending });
  }

  async function failInEveryWay(): Promise<void> {
    const token = new URL('/token', gatehouse.issuer);
    const basic = Buffer.from(`portal:${CLIENT_SECRET}`).toString('base64');
    const known = [...secrets].find(([name]) => name.startsWith('code of log-in'))?.[1] ?? '';
    const refresh = [...secrets].find(([name]) => name.startsWith('refresh token'))?.[1] ?? '';
    for (const body of [
      {
        grant_type: 'authorization_code',
        code: known,
        redirect_uri: 'http://127.0.0.1:9/callback',
        code_verifier: 'x'.repeat(43),
      },
      { grant_type: 'refresh_token', refresh_token: `${refresh}x` },
      { grant_type: 'password', username: EMAIL, password: PASSWORD },
    ])
      await fetch(token, {
        method: 'POST',
        headers: { authorization: `Basic ${basic}` },
        body: new URLSearchParams(body),
      });
    await fetch(new URL('/me', gatehouse.issuer), { headers: { authorization: `Bearer ${refresh}` } });
    await browser().open(`${gatehouse.issuer}/reset-password?token=${secrets.get('reset token')}`);
    await browser().open(`${gatehouse.issuer}/no/such/page?password=${encodeURIComponent(PASSWORD)}`);
    const { person } = await begin();
    await person.fill('Email', EMAIL).press('Continue');
    const { action, fields } = person.form();
    await person.post(action, { ...fields, password: NEW_PASSWORD, extra: PASSWORD });
  }

  /** Names of the secrets found in a text, in whatever form. */
  const found = (text: string) =>
    [...secrets]
      .filter(([, value]) => disguises(value).some((form) => text.includes(form)))
      .map(([name]) => name);
  const codesIn = (text: string) =>
    [...codes.values()].filter((code) => new RegExp(`(?<![\\d.])${code}(?!\\d)`).test(text));

  it('were all seen by this test', () => {
    expect(secrets.size).toBeGreaterThan(40);
    expect([...secrets].filter(([, value]) => value.length < 8)).toEqual([]);
  });

  it('X39 are in no log line', () => {
    const log = gatehouse.logLines();
    expect(log).toContain('"msg":"request"');
    expect(found(log)).toEqual([]);
    expect(codesIn(log)).toEqual([]);
    expect(log).not.toContain(PHONE);
  });

  it('X39 are in no audit event', async () => {
    const { items } = await gatehouse.audit.list({ limit: 1000 });
    expect(items.length).toBeGreaterThan(5);
    expect(found(JSON.stringify(items))).toEqual([]);
    expect(codesIn(JSON.stringify(items.map(({ at: _at, ...event }) => event)))).toEqual([]);
  });

  it('C-14 are in no mail, the reset link’s own token excepted', async () => {
    const mails = await gatehouse.sentMessages();
    const [links, others] = [
      mails.filter(({ text }) => text.includes('token=')),
      mails.filter(({ text }) => !text.includes('token=')),
    ];
    expect(links.map((mail) => found(JSON.stringify(mail)))).toEqual([['reset token']]);
    expect(others.length).toBeGreaterThan(1);
    expect(found(JSON.stringify(others))).toEqual([]);
  });

  it('X39 are on no page, but for what is shown once to be saved', () => {
    const pages = browsers.flatMap((one) => one.transcript);
    const shown = new Set(pages.flatMap(found));
    expect([...shown].sort()).toEqual(['nonce to the IdP'].sort());
  });

  it('X44 are nowhere in the raw storage, the phone number neither', async () => {
    const dump = await rawDump(gatehouse.dataDir);
    // What is no secret is found, so that the search is one.
    expect(dump).toContain(EMAIL);
    expect(found(dump)).toEqual([]);
    for (const form of disguises(PHONE.slice(1))) expect(dump).not.toContain(form);
  });
});

function canaryWorld(upstream: { issuer: string; clientId: string; clientSecret: string }): object {
  const base = world({
    upstream,
    accounts: [
      entry(EMAIL, 'Cora Canary', ['beta'], { password: PASSWORD, totpSecret: APP_SECRET, phone: PHONE }),
    ],
  }) as { clients: object[] };
  return { ...base, clients: base.clients.map((one) => ({ ...one, client_secret: CLIENT_SECRET })) };
}
