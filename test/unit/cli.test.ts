import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import request from 'supertest';
import { createGatehouse, type Gatehouse } from '#app';
import { runCli } from '#cli';
import { loadConfig } from '#config';
import { PermanentRefusal } from '#delivery';
import { withGatehouse } from '../../src/cli/compose.ts';
import { readSecret } from '../../src/cli/read-secret.ts';
import { sampleBootstrap } from '../support/sample-bootstrap.ts';

let dataDir: string;
let env: Record<string, string>;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-cli-'));
  env = { NODE_ENV: 'test', DATA_DIR: dataDir };
});
afterEach(() => rm(dataDir, { recursive: true }));

/** Runs a command in this process on the real application. */
async function gatehouse(line: string, { password = '' } = {}) {
  const said: string[] = [];
  const complained: string[] = [];
  const context = {
    env,
    say: (text: string) => void said.push(text),
    askSecret: async () => password,
    withGatehouse: <T>(work: Parameters<typeof withGatehouse<T>>[1]) => withGatehouse(env, work),
  };
  const code = await runCli(line.split(' ').filter(Boolean), context, (text) => void complained.push(text));
  return { code, out: said.join('\n'), err: complained.join('\n') };
}

/** Looks at what the commands left, as a server would that opens the same data. */
async function inspect<T>(look: (application: Gatehouse) => Promise<T>): Promise<T> {
  const loaded = loadConfig({ env });
  if (loaded.outcome !== 'ok') throw new Error('no configuration');
  const application = await createGatehouse({ config: { ...loaded.config, logLevel: 'silent' } });
  await application.open();
  try {
    return await look(application);
  } finally {
    await application.close();
  }
}

async function applySample(): Promise<void> {
  const path = join(dataDir, 'bootstrap.yaml');
  await writeFile(path, sampleBootstrap());
  expect(await gatehouse(`apply ${path}`)).toMatchObject({ code: 0, err: '' });
}

describe('apply', () => {
  it('tells what it did, and the second time that there was nothing to do', async () => {
    const path = join(dataDir, 'bootstrap.yaml');
    await writeFile(path, sampleBootstrap());
    expect((await gatehouse(`apply ${path}`)).out).toMatch(
      /^created {2}company acme\n[\s\S]*\n25 created, 0 updated, 0 unchanged$/,
    );
    expect((await gatehouse(`apply ${path} --force`)).out).toBe('0 created, 0 updated, 25 unchanged');
  });

  it('refuses a wrong file with the path of what is wrong', async () => {
    const path = join(dataDir, 'bootstrap.yaml');
    await writeFile(path, 'companies: [{ id: acme, name: Acme, colour: red }]');
    expect(await gatehouse(`apply ${path}`)).toEqual({
      code: 1,
      out: '',
      err: `gatehouse apply: ${path} was not applied:\n  companies[0].colour: unknown key`,
    });
  });
});

describe('invite', () => {
  it('A2 A18 invites, lists, resends and revokes, with a reason for what cannot be done', async () => {
    await applySample();
    const about = '--company acme --email nina@new.example';
    expect(await gatehouse(`invite ${about} --locale fr`)).toEqual({
      code: 0,
      out: 'nina@new.example: invited',
      err: '',
    });
    expect((await gatehouse(`invite ${about} --resend`)).out).toBe('nina@new.example: resent');
    expect((await gatehouse('invitations --company acme')).out).toMatch(
      /^invited\tnina@new.example\tvalid until 20/,
    );
    expect((await gatehouse(`invite ${about} --revoke`)).out).toBe('nina@new.example: revoked');
    expect(await gatehouse(`invite ${about} --resend`)).toMatchObject({
      code: 1,
      err: expect.stringContaining('the invitation was revoked: invite anew'),
    });
    expect((await gatehouse('invite --company nowhere --email a@b.example')).err).toContain(
      'no such company',
    );
    expect((await gatehouse('invite --company acme --email nobody')).code).toBe(2);
    expect((await gatehouse(`invite ${about} --resend --revoke`)).code).toBe(2);
  });
});

describe('support', () => {
  it('N3 N4 leads a case from the list to the address, in this order only', async () => {
    await applySample();
    const { id, accountId } = await inspect(async ({ support, accounts }) => {
      const asked = { fullName: 'Pat', companyName: 'Acme', projects: 'Bridge' };
      const opened = await support.open({ ...asked, locale: 'en', network: 'x', origin: {} });
      return { id: opened.id, accountId: (await accounts.byEmail('pat@person.example'))?.id ?? '' };
    });
    expect((await gatehouse('support list')).out).toContain(id);
    expect((await gatehouse(`support show ${id} --by Sue`)).out).toContain('projects: Bridge');
    expect(await gatehouse(`support match ${id} --account ${accountId} --by Sue`)).toMatchObject({ code: 1 });
    expect((await gatehouse(`support ask ${id} --by Sue --question Who? --answer Boris`)).code).toBe(0);
    expect((await gatehouse(`support reveal ${id} --by Sue`)).code).toBe(1);
    expect((await gatehouse(`support match ${id} --account ${accountId} --by Sue`)).code).toBe(0);
    expect((await gatehouse(`support reveal ${id} --by Sue`)).out).toBe('pat@person.example');
    expect((await gatehouse(`support reveal ${id}`)).code).toBe(2);
    expect((await gatehouse('support show 0000000000 --by Sue')).err).toContain('support.unknown');
    expect((await gatehouse('support list --state matched')).out).toContain(id);
    expect((await gatehouse('support list --state lost')).code).toBe(2);
  });
});

describe('unlock', () => {
  it('F5 unlocks an account, says so, and leaves an audit event', async () => {
    await applySample();
    const email = 'pat@person.example';
    expect((await gatehouse(`unlock --email ${email}`)).out).toBe(`${email} was not locked`);
    const lockout = { enabled: true, attempts: 3 };
    const id = await inspect(async ({ accounts, credentials }) => {
      const account = await accounts.byEmail(email);
      for (let n = 0; n < 3; n++)
        await credentials.passwords.verify({ account, password: 'Wrong-1', origin: {}, lockout });
      return account?.id ?? '';
    });
    expect(await gatehouse('unlock --email Pat@Person.example')).toEqual({
      code: 0,
      out: 'Pat@Person.example is unlocked',
      err: '',
    });
    await inspect(async ({ audit, credentials }) => {
      expect(await credentials.passwords.lockState(id)).toEqual({ locked: false });
      const { items } = await audit.list({ accountId: id });
      expect(items.filter(({ type }) => type === 'account.unlocked')).toMatchObject([
        { actor: 'operator-cli' },
      ]);
    });
    expect((await gatehouse('unlock --email nobody@other.example')).code).toBe(1);
    expect((await gatehouse('unlock --email nobody')).code).toBe(2);
  });
});

describe('temporary-password', () => {
  it('A15 gives a member one that must be changed, and prints it nowhere', async () => {
    await applySample();
    const line = 'temporary-password --company acme --email nina@new.example';
    const { code, out, err } = await gatehouse(line, { password: 'Canary-Pass-1' });
    expect({ code, err, out }).toEqual({
      code: 0,
      err: '',
      out: 'nina@new.example has a temporary password',
    });
    expect((await gatehouse(line, { password: 'canary' })).err).toContain('does not meet: length, upper');
    await inspect(async ({ accounts, credentials }) => {
      const account = await accounts.byEmail('nina@new.example');
      expect(await credentials.passwords.state(account?.id ?? '')).toMatchObject({
        has: true,
        mustChange: true,
      });
    });
  });
});

describe('create-operator', () => {
  it('makes an operator who can sign in, and says no password anywhere', async () => {
    const { code, out, err } = await gatehouse('create-operator --email Op@x.example --name Op', {
      password: 'Canary-Pass-1',
    });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toBe('operator Op@x.example created');
    await inspect(async ({ accounts, credentials }) => {
      const account = await accounts.byEmail('op@x.example');
      expect(account).toMatchObject({ platformRole: 'operator', status: 'active', emailVerified: true });
      const verdict = await credentials.passwords.verify({ account, password: 'Canary-Pass-1', origin: {} });
      expect(verdict.outcome).toBe('ok');
    });
  });

  it('C-1 holds to the password rules, before anything is made', async () => {
    env['OPERATOR_PASSWORD'] = 'canary';
    const { code, err } = await gatehouse(
      'create-operator --email op@x.example --name Op --password-from-env OPERATOR_PASSWORD',
    );
    expect(code).toBe(1);
    expect(err).toContain('at least 8 characters, an upper-case letter, a number, a special character');
    expect(err).not.toContain('canary');
    await inspect(async ({ accounts }) => expect(await accounts.byEmail('op@x.example')).toBeUndefined());
  });

  it('never takes over an account that is there', async () => {
    await applySample();
    const password = 'Taken-Over-1';
    const { code, err } = await gatehouse('create-operator --email pat@person.example --name Pat', {
      password,
    });
    expect({ code, err }).toEqual({
      code: 1,
      err: 'gatehouse create-operator: pat@person.example has an account already',
    });
    await inspect(async ({ accounts, credentials }) => {
      const account = await accounts.byEmail('pat@person.example');
      expect(account?.platformRole).toBeUndefined();
      expect((await credentials.passwords.verify({ account, password, origin: {} })).outcome).toBe('wrong');
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
    expect((await gatehouse(`apply ${join(dataDir, 'bootstrap.yaml')}`)).out).toContain(
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
      err: 'gatehouse sso disable: there is no company none',
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
    env['SECRET_KEYS'] = old;
    await applySample();
    env['SECRET_KEYS'] = `${next},${old}`;
    expect((await gatehouse('reseal')).out).toMatch(/^[1-9]\d* documents sealed again/);
    env['SECRET_KEYS'] = next;
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
    env['PORT'] = 'x';
    env['ISSUER'] = 'nowhere';
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
  const child = spawn(process.execPath, args, { env: { ...env, PATH: process.env['PATH'] } });
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
      /^sms-1 {2}message password-reset {2}\S+Z {2}1 try: PermanentRefusal smtp 550$/m,
    );
    expect(listed.out).toMatch(/^sms-3 {2}message {2}\S+ {2}0 tries: DeadlinePassed$/m);
    expect(listed.out).toMatch(/\n3 given up, 0 waiting$/);
    expect(listed.out).not.toContain('canary');

    expect(await gatehouse('outbox retry sms-1')).toMatchObject({ code: 0, out: 'sms-1 is tried again' });
    expect(await gatehouse('outbox retry sms-3')).toMatchObject({ code: 1 });
    expect((await gatehouse('outbox list')).out).toMatch(/\n2 given up, 1 waiting$/);
    expect((await gatehouse('outbox discard --all')).code).toBe(0);
    expect((await gatehouse('outbox list')).out).toBe('0 given up, 1 waiting');
    expect((await gatehouse('outbox discard sms-2')).err).toContain('nothing of id sms-2 was given up');
    expect((await gatehouse('outbox retry')).code).toBe(2);
  });
});
