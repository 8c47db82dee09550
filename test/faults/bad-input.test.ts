import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { REDIRECT_URI, type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { person as entry, PASSWORD, world } from '../support/world.ts';

const FORM = 'application/x-www-form-urlencoded';

interface Attack {
  body: string;
  headers?: Record<string, string>;
}

describe('input that no page of ours sends', () => {
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    gatehouse = await startGatehouse({
      env: { LIMIT_LOGINS_PER_MINUTE: '1000' },
      bootstrap: world({ accounts: [entry('jürgen@bücher.example', 'Jürgen', ['beta'])] }),
    });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(() => gatehouse.stop());

  const browser = () => new JourneyBrowser([gatehouse.issuer]);

  async function atPassword() {
    const pending = await portal.begin();
    const person = await browser().open(pending.url);
    await person.fill('Email', 'ada@other.example').press('Continue');
    return { person, pending };
  }

  /** Every answer carries a correlation id, and the log has the line that belongs to it. */
  function expectLogged(answer: Response, status: number): string {
    const id = answer.headers.get('x-correlation-id') ?? '';
    const lines = gatehouse
      .logLines()
      .split('\n')
      .filter((line) => line.includes(id))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toContainEqual(expect.objectContaining({ correlationId: id, msg: 'request', status }));
    return id;
  }

  async function send(person: JourneyBrowser, { body, headers }: Attack, action: URL): Promise<Response> {
    return fetch(action, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': FORM,
        accept: 'text/html',
        origin: gatehouse.issuer,
        cookie: await person.jar.getCookieString(action.href),
        ...headers,
      },
      body,
    });
  }

  const right = (csrf: string) => `csrf=${csrf}&password=${PASSWORD}`;
  const attacks: [string, number, string, (csrf: string) => Attack][] = [
    ['a password of 1 MB', 413, 'Too much data', (csrf) => ({ body: `${right(csrf)}${'x'.repeat(1e6)}` })],
    [
      'JSON',
      415,
      'Unsupported format',
      () => ({ body: '{"password":"x"}', headers: { 'content-type': 'application/json' } }),
    ],
    [
      'a file upload',
      415,
      'Unsupported format',
      () => ({ body: '--x--', headers: { 'content-type': 'multipart/form-data; boundary=x' } }),
    ],
    [
      'no type at all',
      415,
      'Unsupported format',
      (csrf) => ({ body: right(csrf), headers: { 'content-type': '' } }),
    ],
    [
      'broken percent signs',
      422,
      'Unprocessable request',
      (csrf) => ({ body: `csrf=${csrf}&password=%E0%A4%A` }),
    ],
    ['a NUL', 422, 'Unprocessable request', (csrf) => ({ body: `csrf=${csrf}&password=a%00b` })],
    ['a field twice', 422, 'Unprocessable request', (csrf) => ({ body: `${right(csrf)}&password=other` })],
    ['an unknown field', 422, 'Unprocessable request', (csrf) => ({ body: `${right(csrf)}&admin=true` })],
    ['an operator (X40)', 422, 'Unprocessable request', (csrf) => ({ body: `csrf=${csrf}&password[$ne]=` })],
    ['a wrong form token (X19)', 403, 'This form has expired', () => ({ body: right('A'.repeat(43)) })],
    ['no form token (X19)', 403, 'This form has expired', () => ({ body: `password=${PASSWORD}` })],
    [
      'a foreign Origin (X19)',
      403,
      'This form has expired',
      (csrf) => ({ body: right(csrf), headers: { origin: 'https://evil.example' } }),
    ],
    [
      'a cross-site request (X19)',
      403,
      'This form has expired',
      (csrf) => ({ body: right(csrf), headers: { 'sec-fetch-site': 'cross-site' } }),
    ],
  ];

  it.each(attacks)('%s is answered clearly, and the log-in goes on', async (_what, status, title, attack) => {
    const { person, pending } = await atPassword();
    const { action, fields } = person.form();
    const answer = await send(person, attack(fields['csrf'] ?? ''), action);
    const page = await answer.text();
    expect([answer.status, answer.headers.get('location')]).toEqual([status, null]);
    expect(page).toContain(title);
    expect(page).not.toContain(PASSWORD);
    expect(page).not.toMatch(/\bat .*\.ts:\d+/);
    expect(page).toContain(expectLogged(answer, status));
    await person.fill('Password', PASSWORD).press('Continue');
    expect((await portal.complete(pending, person.arrivedAt)).claims()?.['email']).toBe('ada@other.example');
  });

  it('a password longer than any is told from a wrong one, and is not hashed', async () => {
    const { person } = await atPassword();
    await person.fill('Password', 'x'.repeat(300)).press('Continue');
    expect(person.status).toBe(422);
    expect(person.title).toBe('Enter your password');
    expect(person.html).not.toContain('xxxx');
  });

  it('X40 an operator instead of an address is no address', async () => {
    const pending = await portal.begin();
    const person = await browser().open(pending.url);
    const { action, fields } = person.form();
    const { email: _none, ...rest } = fields;
    for (const operator of ['email[$ne]', 'email[$gt]', 'email.$where']) {
      const answer = await send(
        person,
        { body: String(new URLSearchParams({ ...rest, [operator]: '' })) },
        action,
      );
      expect(answer.status).toBe(422);
    }
    await person.fill('Email', '{"$ne":""}').press('Continue');
    expect([person.status, person.hasLabel('Password')]).toEqual([422, false]);
  });

  it.each([
    ['  Ada@OTHER.example ', 'ada@other.example'],
    ['JÜRGEN@BÜCHER.example', 'jürgen@bücher.example'],
    ['jürgen@xn--bcher-kva.example', 'jürgen@bücher.example'],
    ['ju\u0308rgen@bu\u0308cher.example', 'jürgen@bücher.example'],
  ])('W20 takes %j for %s', async (typed, email) => {
    const pending = await portal.begin();
    const person = await browser().open(pending.url);
    await person.fill('Email', typed).press('Continue');
    await person.fill('Password', PASSWORD).press('Continue');
    expect((await portal.complete(pending, person.arrivedAt)).claims()?.['email']).toBe(email);
  });

  it.each([
    ['an unknown client', { client_id: 'nobody' }, 'Unknown application'],
    ['an unknown redirect URI', { redirect_uri: 'https://evil.example/' }, 'The way back is not registered'],
    [
      'a redirect URI that only begins right',
      { redirect_uri: `${REDIRECT_URI}/../evil` },
      'The way back is not',
    ],
  ])('X16 %s ends on a page of ours, never elsewhere', async (_what, params, title) => {
    const { url } = await portal.begin(params);
    const answer = await fetch(url, { redirect: 'manual', headers: { accept: 'text/html' } });
    const page = await answer.text();
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
    expect(page).toContain(title);
    expect(page).not.toContain('evil.example');
    expect(page).toContain(expectLogged(answer, 400));
  });

  it('unknown parameters of an authorization request change nothing', async () => {
    const pending = await portal.begin({ 'prompt[$ne]': 'x', admin: 'true', __proto__x: '1' });
    const person = await browser().open(pending.url);
    await person.fill('Email', 'ada@other.example').press('Continue');
    await person.fill('Password', PASSWORD).press('Continue');
    await portal.complete(pending, person.arrivedAt);
  });

  it.each([
    'gh_interaction',
    'gh_browser',
    'gh_session',
  ])('a tampered %s cookie proves nothing', async (name) => {
    const { person } = await atPassword();
    const { action, fields } = person.form();
    const cookies = (await person.jar.getCookieString(action.href)).split('; ');
    const tampered = [
      ...cookies.filter((cookie) => !cookie.startsWith(`${name}=`)),
      `${name}=${'A'.repeat(43)}`,
    ].join('; ');
    const body = String(new URLSearchParams({ ...fields, password: PASSWORD }));
    const answer = await send(person, { body, headers: { cookie: tampered } }, action);
    const page = await answer.text();
    // Another session's cookie matters to nobody here; the others end or restart the log-in.
    if (name !== 'gh_session') expect(page).not.toContain('code=');
    expect(answer.status).toBeLessThan(500);
    expectLogged(answer, answer.status);
  });

  it('X46 X27 what a stranger writes into forwarding headers leads nowhere', async () => {
    const headers = {
      accept: 'text/html',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      'x-forwarded-for': '203.0.113.9',
      forwarded: 'host=evil.example;proto=https;for=203.0.113.9',
      'x-correlation-id': 'chosen-by-a-stranger',
    };
    const person = new JourneyBrowser([gatehouse.issuer], headers);
    await person.open(`${gatehouse.issuer}/forgot-password`);
    await person.fill('Email', 'ada@other.example').press('Submit');
    const [mail] = (await gatehouse.sentMessages()).filter(({ to }) => to === 'ada@other.example');
    expect(mail?.text).toContain(`${gatehouse.issuer}/reset-password?token=`);
    const discovery = await fetch(`${gatehouse.issuer}/.well-known/openid-configuration`, { headers });
    expect(await discovery.text()).not.toContain('evil.example');
    expect(discovery.headers.get('x-correlation-id')).not.toBe('chosen-by-a-stranger');
    for (const sign of ['203.0.113.9', 'chosen-by-a-stranger', 'evil.example'])
      expect(gatehouse.logLines()).not.toContain(sign);
  });
});
