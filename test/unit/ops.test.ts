import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createAudit } from '#audit';
import { ANYONE, defineRoute } from '#http';
import { AppError, silentLog, systemClock, systemRandomness } from '#kernel';
import { createLogger, createMetrics, serveMetrics } from '#ops';
import { memoryStorage, startWebServer } from '../support/web-server.ts';

function loggerWithLines() {
  const lines: string[] = [];
  const log = createLogger({ level: 'debug', destination: { write: (line) => void lines.push(line) } });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? '{}') };
}

describe('the log', () => {
  it('carries the correlation id of its request through everything awaited, and no other', async () => {
    const { log, lines } = loggerWithLines();
    const work = (id: string) =>
      log.within(id, async () => {
        await new Promise(setImmediate);
        log.info({ of: id }, 'later');
      });
    await Promise.all([work('one-1'), work('two-2')]);
    log.info({}, 'outside');
    const parsed = lines.map((line) => JSON.parse(line));
    expect(parsed.slice(0, 2).map(({ of, correlationId }) => [of, correlationId])).toEqual([
      ['one-1', 'one-1'],
      ['two-2', 'two-2'],
    ]);
    expect(parsed[2]).not.toHaveProperty('correlationId');
  });

  it('X39 hides facts by the names of secrets, at the top and one level down', () => {
    const { log, lines } = loggerWithLines();
    const names = [
      'password',
      'token',
      'secret',
      'cookie',
      'authorization',
      'totpSecret',
      'link',
      'clientSecret',
    ];
    for (const name of names) log.info({ [name]: 'canary', nested: { [name]: 'canary' } }, 'x');
    log.info({ code: 'canary' }, 'x');
    expect(lines).toHaveLength(names.length + 1);
    expect(lines.join('')).not.toContain('canary');
    log.warn({ problem: 'federation.expired' }, 'x');
    expect(lines.at(-1)).toContain('federation.expired');
  });

  it('X39 tells of an error its name, code, stack and cause, not what hangs on it', () => {
    const { log, last } = loggerWithLines();
    const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED', response: 'canary' });
    log.error(
      { err: new AppError('storage.unavailable', 503, { params: { x: 'canary' }, cause }) },
      'failed',
    );
    expect(last().err).toMatchObject({
      type: 'AppError',
      code: 'storage.unavailable',
      stack: expect.any(String),
      cause: { code: 'ECONNREFUSED' },
    });
    expect(JSON.stringify(last())).not.toContain('canary');
  });
});

describe('log lines of several workers', () => {
  it('stay whole in one full pipe', async () => {
    const writer = fileURLToPath(new URL('../support/log-writer.ts', import.meta.url));
    const script = '("$0" "$1" a 8000 & "$0" "$1" b 8000 & wait) | cat';
    const shell = spawn('sh', ['-c', script, process.execPath, writer]);
    let text = '';
    for await (const chunk of shell.stdout) text += chunk;
    const ids = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).correlationId);
    expect(new Set(ids).size).toBe(16_000);
  });
});

describe('metrics', () => {
  it('count requests by route name, recorded events once, and the jobs that wait, on a port of their own', async () => {
    const metrics = await createMetrics();
    const storage = memoryStorage(systemClock);
    const audit = createAudit({
      storage,
      clock: systemClock,
      randomness: systemRandomness,
      observe: metrics.countEvent,
    });
    await storage.open();
    metrics.watchQueue(async () => ({ due: 3, dead: 1 }));
    metrics.watchHashes(() => 7);
    const page = defineRoute({
      method: 'GET',
      path: '/people/:id',
      name: 'person',
      who: ANYONE,
      handler(ctx) {
        ctx.status = 204;
      },
    });
    const site = await startWebServer([page], { options: { observe: metrics.observeRequest } });
    for (const path of ['/people/ada', '/people/bob', '/nowhere']) await fetch(site.url + path);
    const { payload } = audit.emission({ type: 'log-in.succeeded', actor: 'a1' });
    await audit.append(payload);
    await audit.append(payload);

    const served = await serveMetrics({ metrics, host: '127.0.0.1', port: 0, log: silentLog });
    const answer = await fetch(`http://127.0.0.1:${served.port}/metrics`);
    const text = await answer.text();
    const elsewhere = await fetch(`http://127.0.0.1:${served.port}/`);
    const onPublicPort = await fetch(`${site.url}/metrics`);
    await Promise.all([served.close(), site.close(), storage.close()]);

    expect(answer.headers.get('content-type')).toContain('text/plain');
    expect(text).toContain('duration_seconds_count{method="GET",route="person",status="204"} 2');
    expect(text).toContain('route="other",status="404"} 1');
    expect(text).toContain('gatehouse_audit_events_total{type="log-in.succeeded"} 1');
    expect(text).toMatch(/gatehouse_jobs\{state="due"\} 3\ngatehouse_jobs\{state="dead"\} 1/);
    expect(text).toContain('gatehouse_password_hashes_waiting 7');
    expect(text).not.toMatch(/ada|bob/);
    expect([elsewhere.status, onPublicPort.status]).toEqual([404, 404]);
  });
});
