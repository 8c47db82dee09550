import Koa from 'koa';
import request from 'supertest';
import { ANYONE, defineRoute, type HttpApp, setCookie, startAgainRoute } from '#http';
import { failing, HTML, PAGE } from '../support/sample-routes.ts';
import { type WebServer, webServersOfTests } from '../support/web-server.ts';

const routes = [
  PAGE,
  failing('/broken', new Error('broken')),
  defineRoute({
    method: 'GET',
    path: '/cookie',
    name: 'cookie',
    who: ANYONE,
    handler(ctx) {
      setCookie(ctx, 'gh_session', 'one');
      setCookie(ctx, 'gh_step', 'two', { path: '/interaction' });
      setCookie(ctx, 'gh_hour', 'three', { maxAgeSeconds: 3600 });
      ctx.status = 204;
    },
  }),
  startAgainRoute({
    cookies: [{ name: '_session' }, { name: '_interaction', path: '/interaction' }],
    next: () => '/page',
  }),
];

/** A second Koa that sets a cookie of its own under /theirs. */
function delegateTheirs(http: HttpApp): void {
  const theirs = new Koa();
  for (const one of http.before) theirs.use(one as Koa.Middleware);
  theirs.use((ctx) => void ctx.cookies.set('theirs', 'x', { maxAge: 3_600_000 }));
  const handle = theirs.callback();
  http.delegate({
    owns: (path) => path.startsWith('/theirs/'),
    handle: async (req, res) => void (await handle(req, res)),
  });
}

describe('cookies of the web server', () => {
  const start = webServersOfTests();
  let site: WebServer;
  beforeEach(async () => {
    site = await start(routes);
  });
  const get = (path: string) => request(site.url).get(path);

  it('names cookies for their scope under https and plainly on an http issuer', async () => {
    const plain = (await get('/cookie')).headers['set-cookie'] as unknown as string[];
    expect(plain.map((line) => line.split('=')[0])).toEqual(
      expect.arrayContaining(['gh_session', 'gh_step']),
    );
    const secure = await start(routes, { issuer: 'https://id.example.com' });
    const lines = (await request(secure.url).get('/cookie').set('Host', 'id.example.com')).headers[
      'set-cookie'
    ] as unknown as string[];
    expect(lines.find((line) => line.startsWith('__Host-gh_session='))).toMatch(
      /path=\/; samesite=lax; secure; httponly/i,
    );
    expect(lines.find((line) => line.startsWith('__Secure-gh_step='))).toMatch(/path=\/interaction/);
  });

  it('tells for how long a cookie lives, since the browser’s clock may be hours ahead', async () => {
    const delegating = await start(routes, { extend: delegateTheirs });
    for (const [path, name] of [
      ['/cookie', 'gh_hour'],
      ['/theirs/cookie', 'theirs'],
    ] as const) {
      const lines = (await request(delegating.url).get(path)).headers['set-cookie'] as unknown as string[];
      const line = lines.find((one) => one.startsWith(`${name}=`)) ?? '';
      const [, seconds] = /; expires=[^;]+.*; max-age=(\d+)$/.exec(line) ?? [];
      expect(Math.abs(Number(seconds) - 3_600)).toBeLessThan(60);
      expect(lines.filter((one) => !/expires=/.test(one) && /max-age/.test(one))).toEqual([]);
    }
  });

  it('B15 "Start again" leaves every cookie of ours behind with one click and goes on', async () => {
    const page = await get('/broken').set('Accept', HTML);
    expect(page.text).toMatch(/href="\/start-again\?from=%2Fbroken"[^>]*>Start again/);
    const answer = await get('/start-again').set('Sec-Fetch-Site', 'same-origin').expect(303);
    expect(answer.headers['location']).toBe('/page');
    const cleared = answer.headers['set-cookie'] as unknown as string[];
    for (const name of ['_session', '_session.sig', '_interaction', 'gh_browser', 'gh_browser.sig']) {
      expect(cleared.find((line) => line.startsWith(`${name}=`))).toMatch(/expires=Thu, 01 Jan 1970/i);
    }
    expect(cleared.find((line) => line.startsWith('_interaction=;'))).toMatch(/path=\/interaction/);
    await get('/start-again').set('Sec-Fetch-Site', 'cross-site').expect(403);
  });

  it('P4 a language link is remembered and leads back to the same page', async () => {
    const answer = await get('/page?a=1&lang=fr').expect(303);
    expect(answer.headers['location']).toBe('/page?a=1');
    const cookie = (answer.headers['set-cookie'] as unknown as string[])[0]?.split(';')[0] ?? '';
    const french = await get('/page').set('Cookie', cookie).set('Accept-Language', 'en');
    expect(french.text).toContain('<html lang="fr"');
    const asked = await get('/page?ui_locales=fr-CA').set('Accept-Language', 'en');
    expect(asked.text).toContain('<html lang="fr"');
    const off = await get('//evil.example/?lang=fr');
    expect(off.headers['location'] ?? '/').toBe('/');
  });
});
