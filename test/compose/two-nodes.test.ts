import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refreshTokenGrant } from 'openid-client';
import { environmentOf, readCompose } from '../support/compose-file.ts';
import { engineEnvironment } from '../support/engine.ts';
import { type GatehouseProcess, startGatehouseProcess, until } from '../support/gatehouse-process.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { type MailServer, startMailServer } from '../support/mail-server.ts';
import { type Nginx, startNginx } from '../support/nginx.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { logIn } from '../support/sign-in.ts';
import { PASSWORD, world } from '../support/world.ts';

// Loopback addresses of this process' own take the containers' place, so that every port is the file's own.
const own = `${(process.pid >> 8) & 255}.${process.pid & 255}`;
const PROXY = `127.10.${own}`;
const A = `127.11.${own}`;
const B = `127.12.${own}`;
const ISSUER = `http://${PROXY}:8080`;

describe('docker-compose.yml as processes: nginx, two nodes, MongoDB, Redis and SMTP', () => {
  let dataDir: string;
  let mail: MailServer;
  let nginx: Nginx;
  let a: GatehouseProcess;
  let b: GatehouseProcess;
  let portal: RelyingParty;
  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-compose-'));
    mail = await startMailServer();
    a = await startNode('gatehouse-a', world());
    b = await startNode('gatehouse-b');
    nginx = await startNginx(PROXY, { 'gatehouse-a': A, 'gatehouse-b': B });
    portal = await relyingParty(ISSUER);
  });
  afterAll(async () => {
    await Promise.all([a?.stop(), b?.stop(), nginx?.stop(), mail.close()]);
    rmSync(dataDir, { recursive: true, force: true });
  });

  /** With the environment of docker-compose.yml, but for where other services are. */
  function startNode(service: 'gatehouse-a' | 'gatehouse-b', bootstrap?: object): Promise<GatehouseProcess> {
    const file = readCompose({ SECRET_KEYS: 'replaced below', ISSUER });
    const { BOOTSTRAP_FILE: _mounted, ...env } = environmentOf(file, service);
    return startGatehouseProcess({
      issuer: ISSUER,
      dataDir,
      ...(bootstrap && { bootstrap }),
      env: {
        ...env,
        ...engineEnvironment(dataDir),
        HOST: service === 'gatehouse-a' ? A : B,
        TRUSTED_PROXIES: '127.0.0.0/8',
        SMTP_URL: mail.url,
        DRAIN_SECONDS: '1',
      },
    });
  }

  const site = { issuer: ISSUER };
  const nodeOf = (upstream: string | undefined) => upstream?.split(':')[0];
  const askedSince = (from: number) =>
    nginx
      .answers()
      .slice(from)
      .map(({ upstreams }) => nodeOf(upstreams.at(-1)));

  /** A whole log-in of the person with two companies, to the page on which one is chosen. */
  async function finish(log: Awaited<ReturnType<typeof logIn>>): Promise<string> {
    await log.person.choose('Beta Bridges').press('Continue');
    return (await portal.complete(log.pending, log.person.arrivedAt)).refresh_token ?? '';
  }

  it('O11 the proxy spreads the pages of one log-in over both nodes, and it ends well', async () => {
    const before = nginx.answers().length;
    const token = await finish(await logIn(site, portal, 'duo@other.example'));
    expect(new Set(askedSince(before))).toEqual(new Set([A, B]));
    await refreshTokenGrant(portal.configuration, token);
  });

  it('O11 a log-in that begins on one node ends on the other', async () => {
    const direct = (node: string, path: string, cookie?: string) =>
      fetch(`http://${node}:3000${path}`, {
        redirect: 'manual',
        headers: { ...forwarded, ...(cookie && { cookie }) },
      });
    const forwarded = { 'X-Forwarded-Host': `${PROXY}:8080`, 'X-Forwarded-Proto': 'http' };
    const pending = await portal.begin();
    const begun = await direct(A, pending.url.pathname + pending.url.search);
    const cookies = begun.headers.getSetCookie().map((line) => line.split(';')[0]);
    const page = await direct(
      B,
      new URL(begun.headers.get('location') ?? '', ISSUER).pathname,
      cookies.join('; '),
    );
    expect([begun.status, page.status]).toEqual([303, 200]);
    expect(await page.text()).toContain('name="email"');
  });

  it('mail goes through the catcher, with links to the proxy', async () => {
    const person = await new JourneyBrowser([ISSUER]).open(`${ISSUER}/forgot-password`);
    await person.fill('Email', 'ada@other.example').press('Submit');
    expect(await mail.nextTo('ada@other.example')).toContain(`${ISSUER}/reset-password`);
  });

  it('a node that is upgraded (SIGTERM, new start) costs no request', async () => {
    let upgraded = false;
    const statuses = new Set<number>();
    const traffic = Array.from({ length: 2 }, async () => {
      while (!upgraded) {
        statuses.add((await fetch(`${ISSUER}/jwks`)).status);
        const answer = await fetch(`${ISSUER}/forgot-password`, {
          method: 'POST',
          body: new URLSearchParams(),
        });
        // Without its form token: refused by a node, which is an answer.
        statuses.add(answer.status);
      }
    });
    expect(await a.stop()).toBe(0);
    a = await startNode('gatehouse-a');
    upgraded = true;
    await Promise.all(traffic);
    expect([...statuses].filter((status) => status >= 500)).toEqual([]);
    expect(statuses).toContain(200);
  });

  it('O11 one is killed in the middle: nothing acknowledged is lost, the other goes on, and it comes back', async () => {
    const half = await logIn(site, portal, 'duo@other.example');
    const acknowledged: string[] = [];
    const logIns = Array.from({ length: 8 }, async () => {
      acknowledged.push(await finish(await logIn(site, portal, 'duo@other.example')));
    });
    const all = Promise.allSettled(logIns);
    await until('the first log-ins', () => (acknowledged.length >= 2 ? true : undefined), {
      patienceMs: 30_000,
    });
    await a.kill();
    await all;
    const atKill = nginx.answers().length;
    const token = await finish(half);
    for (const one of [...acknowledged, token]) await refreshTokenGrant(portal.configuration, one);
    await finish(await logIn(site, portal, 'duo@other.example'));
    expect(new Set(askedSince(atKill))).toEqual(new Set([B]));
    a = await startNode('gatehouse-a');
    await until('the proxy to ask the node again', async () => {
      const seen = nginx.answers().length;
      await fetch(`${ISSUER}/jwks`);
      return askedSince(seen).includes(A) ? true : undefined;
    });
    const claims = await new JourneyBrowser([ISSUER]).open((await portal.begin()).url);
    await claims.fill('Email', 'ada@other.example').press('Continue');
    await claims.fill('Password', PASSWORD).press('Continue');
    expect(claims.arrivedAt?.searchParams.get('code')).toBeTruthy();
  });

  it('W5 lets long requests through, cookies and all', async () => {
    const long = `${(await portal.begin()).url.href}&login_hint=${'x'.repeat(6_000)}`;
    const answer = await fetch(long, {
      redirect: 'manual',
      headers: { cookie: `other=${'y'.repeat(6_000)}` },
    });
    expect(answer.status).toBe(303);
  });

  it('O2 says what to do while no node answers', async () => {
    await Promise.all([a.kill(), b.kill()]);
    const answer = await fetch(`${ISSUER}/auth`, { headers: { accept: 'text/html' } });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '10']);
    expect(await answer.text()).toContain('Nous rencontrons des difficultés techniques');
  });
});
