import { connect } from 'node:net';
import request from 'supertest';
import { z } from 'zod';
import { ANYONE, defineRoute, formFields, listen, parseForm } from '#http';
import { networkOf } from '#kernel';
import { isSameOrigin } from '../../src/http/csrf.ts';
import { HTML } from '../support/sample-routes.ts';
import { type WebServer, webServersOfTests } from '../support/web-server.ts';

const routes = [
  defineRoute({
    method: 'GET',
    path: '/form',
    name: 'form',
    who: ANYONE,
    handler(ctx) {
      ctx.body = { ...formFields(ctx, '/form'), shared: formFields(ctx, '/one', 'wizard').csrf };
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/form',
    name: 'form.post',
    who: ANYONE,
    csrf: 'form',
    body: z.object({ email: z.string().max(20) }),
    handler(ctx, _, input) {
      ctx.body = input;
    },
  }),
  ...['/one', '/two'].map((path) =>
    defineRoute({
      method: 'POST',
      path,
      name: path,
      who: ANYONE,
      csrf: { scope: () => 'wizard' },
      handler(ctx) {
        ctx.body = { path };
      },
    }),
  ),
  defineRoute({
    method: 'POST',
    path: '/hook',
    name: 'hook',
    who: ANYONE,
    csrf: { exempt: 'no cookie authenticates it' },
    limit: { bucket: 'hook', perMinute: 3 },
    handler(ctx) {
      ctx.status = 204;
    },
  }),
];

describe('posted forms', () => {
  let now = 1_700_000_000_000;
  const start = webServersOfTests();
  let site: WebServer;
  let cookie: string;
  let form: { csrf: string; shared: string };
  beforeEach(async () => {
    now = 1_700_000_000_000 - (1_700_000_000_000 % 60_000);
    site = await start(routes, { clock: { now: () => now } });
    const page = await request(site.url).get('/form');
    cookie = cookiesOf(page);
    form = page.body;
  });

  function cookiesOf(answer: request.Response): string {
    const lines = (answer.headers['set-cookie'] ?? []) as unknown as string[];
    return lines.map((line) => line.split(';')[0]).join('; ');
  }
  const post = (path = '/form') =>
    request(site.url).post(path).type('form').set('Cookie', cookie).set('Origin', site.issuer);

  it('X19 takes a form of this browser with its token, and hands over its own fields only', async () => {
    const answer = await post().send({ email: 'é+&=@x.example', csrf: form.csrf, lang: 'fr' });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ email: 'é+&=@x.example' });
  });

  it('X19 W4 refuses a missing, altered or foreign token, and offers to start again', async () => {
    const other = await request(site.url).get('/form');
    for (const csrf of [undefined, '', `${form.csrf}x`, form.shared, other.body.csrf]) {
      await post()
        .send({ email: 'a@x', ...(csrf === undefined ? {} : { csrf }) })
        .expect(403);
    }
    const page = await post().set('Accept', HTML).send({ email: 'a@x' }).expect(403);
    expect(page.text).toMatch(/href="\/start-again\?from=/);
    await post().set('Cookie', '').send({ email: 'a@x', csrf: form.csrf }).expect(403);
  });

  it('X19 refuses a form that another site sent, whatever token it carries', async () => {
    const good = { email: 'a@x', csrf: form.csrf };
    await post().set('Origin', 'https://evil.example').send(good).expect(403);
    await post().set('Sec-Fetch-Site', 'cross-site').send(good).expect(403);
    await post().set('Origin', 'null').set('Sec-Fetch-Site', 'same-origin').send(good).expect(200);
    const secure = { origin: 'https://id.example.com' };
    expect(isSameOrigin('null', 'same-site', secure)).toBe(false);
    expect(isSameOrigin('http://id.example.com', '', secure)).toBe(false);
    expect(isSameOrigin('', '', secure)).toBe(true);
  });

  it('B13 X19 takes the forms of old browsers, which tell nothing of where they come from, by their token alone', async () => {
    const old = await start(routes, { issuer: 'https://id.example.com', trustedProxies: ['127.0.0.1'] });
    const behindTls = (one: request.Test) =>
      one.set('Host', 'id.example.com').set('X-Forwarded-Proto', 'https');
    const page = await behindTls(request(old.url).get('/form'));
    expect(cookiesOf(page)).toMatch(/^__/);
    // Safari 15 hides its origin, as the pages ask; Internet Explorer 11 sends none.
    for (const origin of [{ Origin: 'null' }, {}]) {
      const send = (csrf: string) =>
        behindTls(request(old.url).post('/form'))
          .type('form')
          .set({ Cookie: cookiesOf(page), ...origin })
          .send({ email: 'a@x', csrf });
      await send(page.body.csrf).expect(200);
      await send(`${page.body.csrf}x`).expect(403);
    }
  });

  it('lets several routes take one form by its scope', async () => {
    await post('/one').send({ csrf: form.shared }).expect(200, { path: '/one' });
    await post('/two').send({ csrf: form.shared }).expect(200, { path: '/two' });
    await post('/two').send({ csrf: form.csrf }).expect(403);
  });

  it('accepts tokens and cookies of the key before a rotation', async () => {
    const rotated = await start(routes, { secretKeys: ['n'.repeat(32), 's'.repeat(32)] });
    const send = (csrf: string) =>
      request(rotated.url).post('/form').type('form').set('Cookie', cookie).send({ email: 'a@x', csrf });
    await send(form.csrf).expect(200);
    const renewed = await request(rotated.url).get('/form').set('Cookie', cookie);
    expect(renewed.body.csrf).not.toBe(form.csrf);
    await send(renewed.body.csrf).expect(200);
  });

  it('O4 answers wrong, unknown and doubled fields with 422 and their names, never their values', async () => {
    const refuse = async (body: string) => {
      const answer = await post().send(`csrf=${form.csrf}&${body}`).expect(422);
      expect(answer.body.title).toBe('Unprocessable request');
      expect(JSON.stringify(answer.body)).not.toContain('hunter2');
      return answer.body.errors;
    };
    expect(await refuse('email=hunter2-hunter2-hunter2')).toEqual([{ field: 'email', problem: 'too_big' }]);
    expect(await refuse('email=a&role=hunter2')).toEqual([{ field: 'role', problem: 'unknown' }]);
    expect(await refuse('email=a&email=hunter2')).toEqual([{ field: 'email', problem: 'duplicate' }]);
    await refuse('email=%zz');
    await refuse('email=%ff%fe');
    await refuse('email=a%00b');
  });

  it('reads forms strictly', () => {
    expect(parseForm('a=1+2&b=%C3%A9&c&d=x=y&')).toEqual({ a: '1 2', b: 'é', c: '', d: 'x=y' });
    expect(Object.getPrototypeOf(parseForm('__proto__=x'))).toBe(Object.prototype);
  });

  it('refuses other types with 415 and more than 64 KiB with 413, also when sent in chunks', async () => {
    await post().type('json').send({ email: 'a' }).expect(415);
    await post().type('application/x-www-form-urlencoded; charset=utf-16').send('a=b').expect(415);
    await post()
      .send(`email=${'x'.repeat(70_000)}`)
      .expect(413);
    const chunked = await fetch(`${site.url}/form`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: site.issuer },
      body: new Blob(Array<string>(20).fill('y'.repeat(5_000))).stream(),
      duplex: 'half',
    } as RequestInit);
    expect(chunked.status).toBe(413);
  });

  it('O3 a body that does not arrive gets 408', async () => {
    const slow = await start(routes, { requestTimeoutSeconds: 0.05 });
    const socket = connect(new URL(slow.url).port as unknown as number, '127.0.0.1');
    const host = new URL(slow.url).host;
    socket.write(
      `POST /form HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 99\r\n\r\nemail=`,
    );
    let answer = '';
    for await (const chunk of socket) answer += chunk;
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toMatch(/connection: close/i);
  });

  it('counts requests per network address and minute, and says when to come back', async () => {
    for (let i = 0; i < 3; i++) await post('/hook').expect(204);
    now += 20_000;
    const refused = await post('/hook').expect(429);
    expect(refused.headers['retry-after']).toBe('40');
    expect(refused.body.code).toBe('too-many-requests');
    now += 40_000;
    await post('/hook').expect(204);
  });

  it('counts an IPv6 site as one network', () => {
    expect(networkOf('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
    expect(networkOf('2001:db8::1')).toBe('2001:db8:0:0::/64');
    expect(networkOf('::1')).toBe('0:0:0:0::/64');
    expect(networkOf('192.0.2.1')).toBe('192.0.2.1');
  });

  it('lists every mounted route with its protection', () => {
    expect(site.http.routes().map(({ name, method, csrf }) => [name, method, csrf !== undefined])).toEqual([
      ['form', 'GET', false],
      ['form.post', 'POST', true],
      ['/one', 'POST', true],
      ['/two', 'POST', true],
      ['hook', 'POST', true],
    ]);
  });

  it('listens on any free port and lets go of it', async () => {
    const listening = await listen({
      app: site.http.app,
      host: '127.0.0.1',
      port: 0,
      requestTimeoutSeconds: 1,
      fallback: () => '',
    });
    await request(`http://127.0.0.1:${listening.port}`).get('/health/live').expect(200);
    await listening.close(100);
    await expect(fetch(`http://127.0.0.1:${listening.port}/health/live`)).rejects.toThrow();
  });
});
