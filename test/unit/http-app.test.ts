import Koa from 'koa';
import request from 'supertest';
import { ANYONE, defineRoute, type HttpApp, startAgainRoute } from '#http';
import { AppError, HOUR } from '#kernel';
import { failing, HTML, PAGE } from '../support/sample-routes.ts';
import { type WebServer, webServersOfTests } from '../support/web-server.ts';

const routes = [
  PAGE,
  failing('/broken', new Error('the password was hunter2')),
  failing('/refused', new AppError('permission-denied', 403)),
  defineRoute({
    method: 'GET',
    path: '/never',
    name: 'never',
    who: ANYONE,
    handler: () => new Promise(() => {}),
  }),
  defineRoute({
    method: 'GET',
    path: '/whoami',
    name: 'whoami',
    who: ANYONE,
    handler(ctx) {
      ctx.body = { ...ctx.state.origin, seen: ctx.ip, protocol: ctx.protocol, host: ctx.host };
    },
  }),
  startAgainRoute({ cookies: [], next: () => '/page' }),
];

/** A second Koa for what is under /theirs. */
function delegateTheirs(http: HttpApp): void {
  const theirs = new Koa({ proxy: true });
  for (const one of http.before) theirs.use(one as Koa.Middleware);
  theirs.use(async (ctx) => {
    if (ctx.path === '/theirs/broken') throw new Error('theirs');
    if (ctx.path === '/theirs/silent') await new Promise(() => {});
    if (ctx.path === '/theirs/good') ctx.body = 'theirs';
  });
  const handle = theirs.callback();
  http.delegate({
    owns: (path) => path.startsWith('/theirs/'),
    async handle(req, res) {
      if (req.url === '/theirs/unready') throw new Error('not started');
      await handle(req, res);
    },
  });
}

describe('the web server', () => {
  const start = webServersOfTests();
  let site: WebServer;
  beforeEach(async () => {
    site = await start(routes, { requestTimeoutSeconds: 0.05 });
  });
  const get = (path: string) => request(site.url).get(path);

  it('O1 says in the reader’s language that a file was not found, and to programs as problem+json', async () => {
    const english = await get('/nowhere').set('Accept', HTML).expect(404);
    expect(english.text).toContain('File Not Found');
    expect(english.text).toMatch(/moved, renamed or deleted/);
    const french = await get('/nowhere').set('Accept', HTML).set('Accept-Language', 'fr-CA').expect(404);
    expect(french.text).toContain('<html lang="fr"');
    const program = await get('/nowhere').set('Accept', 'application/json').expect(404);
    expect(program.type).toBe('application/problem+json');
    expect(program.body).toMatchObject({ title: 'File Not Found', status: 404, code: 'not-found' });
  });

  it('O3 a request that takes too long gets 408 with the advice to send less', async () => {
    const page = await get('/never').set('Accept', HTML).expect(408);
    expect(page.text).toContain('Request Timeout');
    expect(page.text).toMatch(/smaller/);
    expect(page.headers['connection']).toBe('close');
  });

  it('O3 X20 also answers for another Koa that does not answer or fails, and guards it like our own', async () => {
    const both = await start([], { requestTimeoutSeconds: 0.05, extend: delegateTheirs });
    await request(both.url).get('/theirs/silent').expect(408);
    await request(both.url).get('/theirs/broken').expect(500);
    const missing = await request(both.url).get('/theirs/nothing').expect(404);
    expect(missing.body.code).toBe('not-found');
    expect(missing.headers['content-security-policy']).toContain("frame-ancestors 'none'");
    const foreign = await request(both.url).get('/theirs/good').set('Host', 'evil.example').expect(421);
    expect(foreign.body.correlationId).toBe(foreign.headers['x-correlation-id']);
    await request(both.url).get('/theirs/good?x=1').expect(200, 'theirs');
    await request(both.url).get('/theirsnot').expect(404);
    expect(both.logLines()).toContain('"path":"/theirs/good","status":200');
    await request(both.url).get('/theirs/unready').expect(500);
  });

  it('O5 an unexpected error shows its correlation id and no stack, and is logged with both', async () => {
    const page = await get('/broken').set('Accept', HTML).expect(500);
    expect(page.text).toContain('Internal Server Error');
    expect(page.text).toContain(page.headers['x-correlation-id']);
    expect(page.text).not.toMatch(/hunter2|at .*\.ts/);
    const line = site
      .logLines()
      .split('\n')
      .find((text) => text.includes('request failed'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({
      correlationId: page.headers['x-correlation-id'],
      err: { stack: expect.stringContaining('http-app.test.ts') },
    });
  });

  it('O8 a missing permission is 403 with the exact words and whom to ask', async () => {
    const page = await get('/refused').set('Accept', HTML).expect(403);
    expect(page.text).toContain('Permission denied, sorry');
    expect(page.text).toMatch(/administrator/);
  });

  it('O2 a page that cannot be rendered is replaced by a static one', async () => {
    const renderer = {
      page() {
        throw new Error('views are gone');
      },
      message() {
        throw new Error('views are gone');
      },
      sms() {
        throw new Error('views are gone');
      },
      fallback: (status: number, id: string) => `<p>static ${status} ${id}</p>`,
    };
    const broken = await start(routes, { options: { renderer } });
    const page = await request(broken.url).get('/page').set('Accept', HTML).expect(500);
    expect(page.text).toBe(`<p>static 500 ${page.headers['x-correlation-id']}</p>`);
  });

  it('answers another method on a known path with 405 and the ones that are allowed', async () => {
    const answer = await request(site.url).put('/page').set('Accept', HTML).expect(405);
    expect(answer.headers['allow']).toContain('GET');
    expect(answer.text).toContain('<h1>');
  });

  it.each([
    '/page',
    '/nowhere',
    '/broken',
    '/start-again?lang=xx',
  ])('X20 %s cannot be framed and runs no foreign script', async (path) => {
    const { headers } = await get(path).set('Accept', HTML);
    const policy = headers['content-security-policy'];
    for (const part of [
      "default-src 'none'",
      "script-src 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
    ]) {
      expect(policy).toContain(part);
    }
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cache-control': 'no-store',
    });
  });

  it('X27 answers under the issuer’s host alone; another Host gets 421, health checks excepted', async () => {
    await get('/page').expect(200);
    for (const host of ['evil.example', '127.0.0.1', 'localhost:80', '']) {
      const answer = await get('/page').set('Host', host).set('Accept', HTML).expect(421);
      if (host !== '') expect(answer.text.replace(site.url, '')).not.toContain(`//${host}`);
    }
    await get('/page').set('X-Forwarded-Host', 'evil.example').expect(200);
    await get('/health/live').set('Host', '10.1.2.3').expect(200, { status: 'live' });
  });

  it('X27 names the address that would do on page and problem; in production in the log alone', async () => {
    const issuer = 'https://id.example.com';
    const ask = (url: string, accept: string) =>
      request(url).get('/page').set('Host', 'evil.example').set('Accept', accept).expect(421);
    for (const production of [false, true]) {
      const other = await start(routes, { issuer, production });
      const french = ask(other.url, 'application/json').set('Accept-Language', 'fr');
      const answers = [await ask(other.url, HTML), await ask(other.url, 'application/json'), await french];
      for (const { text } of answers) expect(text.includes(issuer)).toBe(!production);
      expect(answers[2]?.text).toContain(production ? 'utilisée."' : `Il répond à l’adresse ${issuer}`);
      expect(other.logLines()).toContain(`"host":"evil.example","issuer":"${issuer}"`);
    }
  });

  it('X46 believes no forwarding header of a peer that is not a configured proxy', async () => {
    const answer = await get('/whoami')
      .set('X-Forwarded-For', '198.51.100.9')
      .set('X-Forwarded-Proto', 'https')
      .set('X-Forwarded-Host', 'evil.example')
      .set('Forwarded', 'for=198.51.100.9')
      .set('X-Correlation-Id', 'chosen-by-stranger');
    const host = new URL(site.url).host;
    expect(answer.body).toMatchObject({ ip: '127.0.0.1', seen: '127.0.0.1', protocol: 'http', host });
    expect(answer.headers['x-correlation-id']).not.toBe('chosen-by-stranger');
  });

  it('X46 takes client, host and correlation id from a configured proxy, skipping what stands before a stranger', async () => {
    const behind = await start(routes, {
      issuer: 'https://id.example.com',
      trustedProxies: ['127.0.0.0/8', '10.0.0.0/8'],
    });
    const answer = await request(behind.url)
      .get('/whoami')
      .set('X-Forwarded-Host', 'id.example.com')
      .set('X-Forwarded-For', '203.0.113.5, 198.51.100.9, 10.0.0.3')
      .set('X-Correlation-Id', 'trace-12345678');
    expect(answer.body).toMatchObject({
      ip: '198.51.100.9',
      seen: '198.51.100.9',
      protocol: 'https',
      host: 'id.example.com',
    });
    expect(answer.headers['x-correlation-id']).toBe('trace-12345678');
    expect(answer.headers['strict-transport-security']).toMatch(/max-age=\d{8}/);
  });

  it('X39 logs one line a request, without its query', async () => {
    await get('/page?token=canary-value');
    const lines = site.logLines();
    expect(lines).not.toContain('canary-value');
    const line = JSON.parse(lines.split('\n').find((text) => text.includes('"request"')) ?? '{}');
    expect(line).toMatchObject({ method: 'GET', path: '/page', status: 200 });
    expect(typeof line.milliseconds).toBe('number');
    expect(typeof line.correlationId).toBe('string');
  });

  it('tells how long a request took even when the clock is set back meanwhile', async () => {
    let now = Date.now();
    const observed: number[] = [];
    const setBack = defineRoute({
      method: 'GET',
      path: '/set-back',
      name: 'set-back',
      who: ANYONE,
      handler(ctx) {
        now -= HOUR;
        ctx.status = 204;
      },
    });
    const options = {
      observe: ({ milliseconds }: { milliseconds: number }) => void observed.push(milliseconds),
    };
    const { url } = await start([setBack], { clock: { now: () => now }, options });
    await request(url).get('/set-back').expect(204);
    expect(observed[0]).toBeGreaterThan(0);
  });

  it('is ready while the storage answers, and not while it drains', async () => {
    await get('/health/ready').expect(200, { status: 'ready' });
    site.http.drain();
    await get('/health/ready').expect(503, { status: 'draining' });
    const ill = await start([], {
      options: { check: () => Promise.reject(new AppError('storage.unavailable', 503)) },
    });
    await request(ill.url).get('/health/ready').expect(503, { status: 'unavailable' });
  });

  it('serves style sheets that browsers may keep, and only those', async () => {
    const sheet = await get('/assets/gatehouse.css').expect(200);
    expect(sheet.headers['cache-control']).toContain('max-age');
    await get('/assets/gatehouse.css')
      .set('If-None-Match', sheet.headers['etag'] ?? '')
      .expect(304);
    await get('/assets/../package.json').expect(404);
  });
});
