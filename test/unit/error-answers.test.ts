import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { parse } from 'node-html-parser';
import request from 'supertest';
import { ANYONE, defineRoute } from '#http';
import { AppError } from '#kernel';
import { formatWait } from '#rendering';
import { answerUnreadableRequests } from '../../src/http/unreadable-requests.ts';
import { renderer } from '../support/renderer.ts';
import { startWebServer, type WebServer } from '../support/web-server.ts';

const HTML = 'text/html,*/*;q=0.8';

/** Row, code, status, English title, French title, advice in English. */
const ROWS = [
  ['O1', 'not-found', 404, 'File Not Found', 'Page introuvable', /different browser or device.*cache/],
  [
    'O3',
    'request-timeout',
    408,
    'Request Timeout',
    'Délai d’attente dépassé',
    /large batch.*smaller, split it/,
  ],
  [
    'O4',
    'unprocessable',
    422,
    'Unprocessable request',
    'Demande impossible à traiter',
    /different web browser/,
  ],
  ['O5', 'internal', 500, 'Internal Server Error', 'Erreur interne du serveur', /Refresh.*cache.*cookies/],
  [
    'O8',
    'permission-denied',
    403,
    'Permission denied, sorry',
    'Autorisation refusée, désolé',
    /Ask your project’s administrator/,
  ],
  [
    'O9',
    'heavy-load',
    503,
    'This website is under heavy load.',
    'Ce site est très sollicité.',
    /5–10 seconds/,
  ],
  [
    'X29',
    'too-many-requests',
    429,
    'Too many attempts',
    'Trop de tentatives',
    /Wait 60 seconds, then try again/,
  ],
] as const;

/** The way on from an address that is none, in both languages. */
const ONWARDS = ['Go to My Profile Settings', 'Accéder aux paramètres de mon profil'];

describe('refusals', () => {
  let site: WebServer;
  beforeAll(async () => {
    site = await startWebServer(
      ROWS.map(([, code, status]) =>
        defineRoute({
          method: 'GET',
          path: `/${code}`,
          name: code,
          who: ANYONE,
          handler() {
            throw new AppError(code, status);
          },
        }),
      ),
    );
  });
  afterAll(() => site.close());

  it.each(
    ROWS,
  )('%s %s is %d in both languages, with advice and reference; problem+json for programs', async (_row, code, status, title, titre, advice) => {
    const get = (headers: Record<string, string>) => request(site.url).get(`/${code}`).set(headers);
    const english = await get({ Accept: HTML }).expect(status);
    const page = parse(english.text);
    expect(page.querySelector('h1')?.textContent).toBe(title.replaceAll("'", '&#39;'));
    expect(page.textContent.replace(/\s+/g, ' ')).toMatch(advice);
    expect(page.textContent).toContain(english.headers['x-correlation-id']);
    const french = await get({ Accept: HTML, 'Accept-Language': 'fr' }).expect(status);
    expect(parse(french.text).querySelector('h1')?.textContent).toBe(titre);
    const onwards = [english, french].map(
      ({ text }) => parse(text).querySelector('main a[href="/"]')?.textContent,
    );
    expect(onwards).toEqual(status === 404 ? ONWARDS : [undefined, undefined]);
    const program = await get({ Accept: 'application/json' }).expect(status);
    expect(program.headers['content-type']).toContain('application/problem+json');
    expect(program.body).toMatchObject({ type: `urn:gatehouse:problem:${code}`, title, status });
    expect(program.body.correlationId).toBe(program.headers['x-correlation-id']);
    const waits = status === 429 || status === 503;
    expect(program.headers['retry-after'] !== undefined).toBe(waits);
  });
});

it.each([
  [1, '1 second', '1 seconde'],
  [90, '90 seconds', '90 secondes'],
  [91, '2 minutes', '2 minutes'],
  [5_400, '90 minutes', '90 minutes'],
  [80_000, '23 hours', '23 heures'],
])('%d seconds to wait are %s', (seconds, english, french) => {
  const words = (['en', 'fr'] as const).map((locale) => formatWait(seconds, locale).replace(/\s/g, ' '));
  expect(words).toEqual([english, french]);
});

describe('O2 static pages', () => {
  let server: Server;
  beforeAll(async () => {
    server = createServer((_request, response) => response.end('read'));
    answerUnreadableRequests(server, (status) => renderer.fallback(status, 'reference-1'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  async function send(text: string): Promise<string> {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.write(text);
    let answer = '';
    for await (const chunk of socket) answer += chunk;
    return answer;
  }

  it('W5 B15 answer cookies beyond measure with what to do about them, in both languages', async () => {
    const answer = await send(`GET / HTTP/1.1\r\nHost: x\r\nCookie: ${'a=b; '.repeat(5_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
    expect(answer).toContain('delete the cookies of this site');
    expect(answer).toContain('supprimez les cookies de ce site');
    expect(answer).toContain('reference-1');
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(head).toContain(`Content-Length: ${Buffer.byteLength(body)}`);
  });

  it('answer what is no HTTP', async () => {
    expect(await send('hello?\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [\s\S]*Something went wrong/);
    expect(await send('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).toMatch(/read$/);
  });

  it('for a reverse proxy need nothing but themselves', () => {
    const page = parse(readFileSync('deploy/fallback.html', 'utf8'));
    expect(page.querySelectorAll('link, script, img, [src], [href]')).toEqual([]);
    expect(page.querySelector('h1')?.textContent).toMatch(/technical difficulties/);
    expect(page.querySelector('h2[lang=fr]')?.textContent).toMatch(/difficultés techniques/);
  });
});
