import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import request from 'supertest';
import { PermanentRefusal } from '#delivery';
import { readSecret } from '../../src/cli/read-secret.ts';
import { commandLine } from '../support/command-line.ts';
import { sampleBootstrap } from '../support/sample-bootstrap.ts';

const { place, gatehouse, inspect, applySample } = commandLine();

describe('apply', () => {
  it('tells what it did, and the second time that there was nothing to do', async () => {
    const path = join(place.dataDir, 'bootstrap.yaml');
    await writeFile(path, sampleBootstrap());
    expect((await gatehouse(`apply ${path}`)).out).toMatch(
      /^created {2}company acme\n[\s\S]*\n25 created, 0 updated, 0 unchanged$/,
    );
    expect((await gatehouse(`apply ${path} --force`)).out).toBe('0 created, 0 updated, 25 unchanged');
  });

  it('refuses a wrong file with the path of what is wrong', async () => {
    const path = join(place.dataDir, 'bootstrap.yaml');
    await writeFile(path, 'companies: [{ id: acme, name: Acme, colour: red }]');
    expect(await gatehouse(`apply ${path}`)).toEqual({
      code: 1,
      out: '',
      err: `gatehouse apply: ${path} was not applied:\n  companies[0].colour: unknown key`,
    });
  });
});

describe('sso disable', () => {
  it('W2 lets people of the company sign in here again, and the next apply leaves it so', async () => {
    await applySample();
    await inspect(async ({ federation }) =>
      expect(await federation.routing.isSsoTargeted('sue@acme.example')).toMatchObject({
        idpName: 'Acme ID',
      }),
    );
    const { code, out } = await gatehouse('sso disable --company acme');
    expect({ code, out }).toEqual({ code: 0, out: 'acme.example is no longer targeted for single sign-on' });
    expect((await gatehouse(`apply ${join(place.dataDir, 'bootstrap.yaml')}`)).out).toContain(
      'differs  domain acme.example: ssoTargeted',
    );
    await inspect(async ({ federation, storage }) => {
      expect(await federation.routing.isSsoTargeted('sue@acme.example')).toBeUndefined();
      const waiting: unknown[] = [];
      await storage.drainEmissions(async ({ payload }) => void waiting.push(payload));
      expect(JSON.stringify(waiting)).toMatch(
        /"actor":"operator-cli"[^}]*"type":"domain.saved"|"type":"domain.saved"[^}]*"actor":"operator-cli"/,
      );
    });
  });

  it('knows when there is no such company, or nothing to do', async () => {
    expect(await gatehouse('sso disable --company none')).toMatchObject({
      code: 1,
      err: 'gatehouse sso disable: there is no company none; none is there yet: a bootstrap file makes them (gatehouse apply)',
    });
    await applySample();
    expect(await gatehouse('sso disable --company beta')).toMatchObject({
      code: 0,
      out: 'no domain of beta is targeted for single sign-on',
    });
  });
});

describe('keys and storage', () => {
  it('X45 rotate-keys publishes new signing keys beside the former ones', async () => {
    const published = () =>
      inspect(async ({ web, config }) => {
        await web.authorizationServer.start();
        const host = new URL(config.server.issuer).host;
        const answer = await request(web.http.app.callback()).get('/jwks').set('Host', host);
        return (answer.body.keys as { kid: string }[]).map(({ kid }) => kid);
      });
    const before = await published();
    expect(await gatehouse('rotate-keys')).toMatchObject({ code: 0, out: 'new signing keys made' });
    const after = await published();
    expect(after).toHaveLength(before.length * 2);
    expect(after).toEqual(expect.arrayContaining(before));
  });

  it('X44 reseal takes what older keys sealed to the newest, which then opens it alone', async () => {
    const [old, next] = ['the-old-secret-key-of-32-bytes-00', 'the-new-secret-key-of-32-bytes-00'];
    place.env['SECRET_KEYS'] = old;
    await applySample();
    place.env['SECRET_KEYS'] = `${next},${old}`;
    expect((await gatehouse('reseal')).out).toMatch(/^[1-9]\d* documents sealed again/);
    place.env['SECRET_KEYS'] = next;
    await inspect(async ({ clients }) =>
      expect((await clients.byId('portal'))?.client_secret).toBe('sample-portal-secret'),
    );
    expect(await gatehouse('migrate')).toMatchObject({ code: 0, out: '0 documents rewritten' });
  });
});

describe('arguments and configuration', () => {
  it.each([
    ['', 'Usage: gatehouse <command>'],
    ['frobnicate', 'unknown command: frobnicate'],
    ['sso', 'unknown command: sso'],
    ['apply', 'FILE is missing'],
    ['apply a b', 'unexpected argument: b'],
    ['apply a --forse', "Unknown option '--forse'"],
    ['create-operator --email a@b.example', '--name is missing'],
    ['create-operator --email nobody --name N', '--email: nobody is no e-mail address'],
    ['sso disable', '--company is missing'],
  ])('"%s" ends with 2 and says why', async (line, words) => {
    const { code, err } = await gatehouse(line);
    expect(code).toBe(2);
    expect(err).toContain(words);
    expect(err).toContain('Usage: gatehouse');
  });

  it('help names every command', async () => {
    const { code, out } = await gatehouse('--help');
    expect(code).toBe(0);
    for (const name of [
      'apply FILE',
      'create-operator',
      'sso disable',
      'rotate-keys',
      'migrate',
      'reseal',
      'check-config',
    ])
      expect(out).toContain(`\n  ${name}`);
  });

  it('check-config tells every wrong setting at once', async () => {
    expect((await gatehouse('check-config')).out).toContain('The configuration is valid.');
    place.env['PORT'] = 'x';
    place.env['ISSUER'] = 'nowhere';
    const { code, err } = await gatehouse('check-config');
    expect(code).toBe(1);
    expect(err).toMatch(/PORT[\s\S]*ISSUER/);
    expect(await gatehouse('migrate')).toMatchObject({ code: 1 });
  });
});

it('a secret is the first line of what is piped in, or nothing', async () => {
  const piped = (text: string) => {
    const input = new PassThrough();
    input.end(text);
    return readSecret('Password: ', input, new PassThrough());
  };
  expect(await piped('Secret-1\nrest\n')).toBe('Secret-1');
  expect(await piped('')).toBe('');
});

it('the program itself reads the password from standard input and gives its exit code', async () => {
  const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
  const args = [main, 'create-operator', '--email', 'op@x.example', '--name', 'Op'];
  const child = spawn(process.execPath, args, { env: { ...place.env, PATH: process.env['PATH'] } });
  const printed: string[] = [];
  child.stdout.on('data', (chunk) => void printed.push(String(chunk)));
  child.stderr.on('data', (chunk) => void printed.push(String(chunk)));
  child.stdin.end('Piped-Pass-1\n');
  const [code] = await once(child, 'close');
  expect({ code, printed: printed.join('') }).toEqual({
    code: 0,
    printed: 'operator op@x.example created\n',
  });
});

describe('outbox', () => {
  const refused = {
    id: 'sms-1',
    topic: 'message',
    payload: { kind: 'password-reset', to: 'canary@x.example' },
  };

  it('lists what was given up without its content, tries it again, or forgets it', async () => {
    await inspect(async ({ queue }) => {
      queue.handle('message', async () => {
        throw new PermanentRefusal('smtp 550');
      });
      await queue.enqueue(refused);
      await queue.enqueue({ ...refused, id: 'sms-2' });
      await queue.enqueue({ ...refused, id: 'sms-3', deadline: Date.now() });
      await queue.runDue();
    });
    const listed = await gatehouse('outbox list');
    expect(listed.out).toMatch(
      /^sms-1 {2}message password-reset {2}to c•••@x\.example {2}queued \S+Z {2}given up after 1 try: PermanentRefusal smtp 550$/m,
    );
    expect(listed.out).toMatch(
      /^sms-3 {2}message {2}queued \S+Z {2}given up after 0 tries: DeadlinePassed$/m,
    );
    expect(listed.out).toMatch(/\n3 given up, 0 waiting$/);
    expect(listed.out).not.toContain('canary');

    expect(await gatehouse('outbox retry sms-1')).toMatchObject({ code: 0, out: 'sms-1 is tried again' });
    expect(await gatehouse('outbox retry sms-3')).toMatchObject({ code: 1 });
    expect((await gatehouse('outbox list')).out).toMatch(/\n2 given up, 1 waiting$/);
    expect((await gatehouse('outbox discard --all')).code).toBe(0);
    expect((await gatehouse('outbox list')).out).toMatch(/^sms-1 .*\n0 given up, 1 waiting$/);
    expect((await gatehouse('outbox discard sms-2')).err).toContain('nothing of id sms-2 was given up');
    expect((await gatehouse('outbox retry')).code).toBe(2);
  });

  it('lists what waits, oldest first, with receiver masked, tries, next try and last error, up to a limit', async () => {
    expect((await gatehouse('outbox list')).out).toBe('0 given up, 0 waiting');
    const data = { url: 'https://id.example/secret-link' };
    await inspect(async ({ queue }) => {
      queue.handle('message', async () => {
        throw Object.assign(new Error('canary@x.example is away'), {
          name: 'DeliveryFailure',
          code: 'smtp 451',
        });
      });
      await queue.enqueue({ ...refused, id: 'tried', payload: { ...refused.payload, data } });
      await queue.runDue();
      await queue.enqueue({
        id: 'fresh',
        topic: 'sms',
        payload: { kind: 'verification-code', to: '+15551234567' },
      });
      await queue.enqueue({ id: 'notice', topic: 'back-channel', payload: { clientId: 'portal' } });
    });
    const { out } = await gatehouse('outbox list');
    expect(out.split('\n')).toEqual([
      expect.stringMatching(
        /^tried {2}message password-reset {2}to c•••@x\.example {2}queued \S+Z {2}1 try failed, next try 20\S+Z: DeliveryFailure smtp 451$/,
      ),
      expect.stringMatching(
        /^fresh {2}sms verification-code {2}to •••67 {2}queued \S+Z {2}not tried yet, next try 20\S+Z$/,
      ),
      expect.stringMatching(/^notice {2}back-channel {2}queued \S+Z {2}not tried yet, next try 20\S+Z$/),
      '0 given up, 3 waiting',
    ]);
    expect(out).not.toMatch(/canary|secret-link|5551234/);
    expect((await gatehouse('outbox list --limit 1')).out).toMatch(
      /^tried .*\n0 given up, 3 waiting; 2 not shown \(--limit\)$/,
    );
    for (const limit of ['0', '1001', 'all'])
      expect(await gatehouse(`outbox list --limit ${limit}`)).toMatchObject({
        code: 2,
        err: expect.stringContaining('--limit: must be a whole number from 1 to 1000'),
      });
  });
});
