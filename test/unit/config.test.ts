import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureSecretKeys, formatProblems, loadConfig, parseNetwork } from '#config';
import { systemRandomness } from '#kernel';

const PRODUCTION = {
  NODE_ENV: 'production',
  ISSUER: 'https://id.example.com',
  SECRET_KEYS: 'k'.repeat(32),
  SMTP_URL: 'smtps://user:hunter2@mail.example.com:465',
};

function loaded(env: Record<string, string>, dir?: string) {
  const result = loadConfig(dir === undefined ? { env } : { env, dir });
  if (result.outcome === 'invalid') throw new Error(formatProblems(result.problems));
  return result.config;
}

function problems(env: Record<string, string>, dir?: string) {
  const result = loadConfig(dir === undefined ? { env } : { env, dir });
  return result.outcome === 'invalid' ? result.problems : [];
}

describe('configuration', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-config-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('G6 G9 text messages: countries and minutes are settings, a provider wants all of its own, and production never writes to a file', () => {
    const keys = (env: Record<string, string>) => problems(env).map(({ key }) => key);
    expect(loaded(PRODUCTION).sms.provider).toBe('none');
    expect(loaded({}).sms.countries).toEqual('US CA MX GB IE FR DE ES IT AU NZ SG HK'.split(' '));
    expect(loaded({ SMS_COUNTRIES: 'US,JP' }).sms.countries).toEqual(['US', 'JP']);
    expect(loaded({}).sms).toMatchObject({ codeMinutes: 10, enrolmentCodeMinutes: 30 });
    const minutes = loaded({ SMS_CODE_MINUTES: '5', SMS_ENROLMENT_CODE_MINUTES: '15' });
    expect(minutes.sms).toMatchObject({ codeMinutes: 5, enrolmentCodeMinutes: 15 });
    expect(keys({ ...PRODUCTION, SMS_PROVIDER: 'outbox' })).toEqual(['SMS_PROVIDER']);
    expect(keys({ SMS_PROVIDER: 'twilio' })).toEqual([
      'SMS_TWILIO_ACCOUNT_SID',
      'SMS_TWILIO_AUTH_TOKEN',
      'SMS_TWILIO_FROM',
    ]);
    expect(keys({ SMS_PROVIDER: 'webhook', SMS_WEBHOOK_SECRET: 'short' })).toEqual([
      'SMS_WEBHOOK_SECRET',
      'SMS_WEBHOOK_URL',
    ]);
    const plain = {
      SMS_PROVIDER: 'webhook',
      SMS_WEBHOOK_URL: 'http://sms.example/',
      SMS_WEBHOOK_SECRET: 'k'.repeat(32),
    };
    expect(loaded(plain).sms.webhook.url).toBe('http://sms.example/');
    expect(keys({ ...PRODUCTION, ...plain })).toEqual(['SMS_WEBHOOK_URL']);
  });

  it('needs nothing: the defaults start a local server', () => {
    const config = loaded({});
    expect(config.production).toBe(false);
    expect(config.server).toMatchObject({ port: 3000, host: '127.0.0.1', issuer: 'http://localhost:3000' });
    expect(config.session.absoluteHours).toBe(24 * 14);
    expect(config.passwordHash.argon2).toEqual({ memoryKiB: 19456, timeCost: 2, parallelism: 1 });
    expect(config.secretKeys).toBeUndefined();
  });

  it('metrics listen on loopback unless METRICS_HOST says otherwise, whatever HOST says', () => {
    const open = { HOST: '0.0.0.0', METRICS_PORT: '9464' };
    expect(loaded(open).server.metricsHost).toBe('127.0.0.1');
    expect(loaded({ ...open, METRICS_HOST: '10.0.0.5' }).server.metricsHost).toBe('10.0.0.5');
  });

  it('one process that ends without delay, unless told otherwise; production drains for five seconds', () => {
    expect(loaded({}).server).toMatchObject({ workers: 1, drainSeconds: 0 });
    expect(loaded(PRODUCTION).server.drainSeconds).toBe(5);
    expect(loaded({ WORKERS: '4', DRAIN_SECONDS: '7' }).server).toMatchObject({
      workers: 4,
      drainSeconds: 7,
    });
    expect(loaded({ WORKERS: 'auto' }).server.workers).toBe('auto');
    expect(problems({ WORKERS: 'many' })).toMatchObject([{ key: 'WORKERS', example: 'auto' }]);
    expect(problems({ WORKERS: '2', DATA_DIR: ':memory:' })).toMatchObject([{ key: 'WORKERS' }]);
  });

  it('takes the environment over the files and derives issuer and sender from it', () => {
    const config = loaded({ PORT: '4001', OUTBOUND_ALLOW: 'idp.internal, adfs.corp', BRAND_NAME: '' });
    expect(config.server.issuer).toBe('http://localhost:4001');
    expect(config.outboundAllow).toEqual(['idp.internal', 'adfs.corp']);
    expect(config.brand.name).toBe('Gatehouse');
    expect(loaded(PRODUCTION).mail.from).toBe('no-reply@id.example.com');
  });

  it('reports every problem at once, each with key, problem and example, and repeats no value', () => {
    const found = problems({
      NODE_ENV: 'production',
      PORT: 'eighty',
      ISSUER: 'https://id.example.com/auth',
      REDIS_URL: 'redis://:hunter2@cache',
      SECRET_KEYS: 'too-short',
      SMTP_URL: 'mailto:hunter2',
      TRUSTED_PROXIES: '10.0.0.0/40',
      LOG_LEVEL: 'loud',
    });
    expect(found.map(({ key }) => key).sort()).toEqual([
      'ISSUER',
      'LOG_LEVEL',
      'MONGO_URL',
      'PORT',
      'SECRET_KEYS',
      'SMTP_URL',
      'TRUSTED_PROXIES',
    ]);
    expect(found.every(({ problem, example }) => problem !== '' && example !== '')).toBe(true);
    expect(formatProblems(found)).not.toMatch(/hunter2|too-short/);
  });

  it.each([
    ['https://id.example.com/', 'write https://id.example.com'],
    ['https://id.example.com/auth', 'without path'],
    ['id.example.com', 'scheme, host and port'],
    ['ftp://id.example.com', 'https:// or http://'],
  ])('refuses the issuer %s and says what to write', (issuer, words) => {
    expect(problems({ ISSUER: issuer })[0]).toMatchObject({
      key: 'ISSUER',
      problem: expect.stringContaining(words),
    });
  });

  it.each(['ISSUER', 'SECRET_KEYS', 'SMTP_URL'])('O12 production wants %s', (key) => {
    expect(problems({ ...PRODUCTION, [key]: '' }).map((problem) => problem.key)).toEqual([key]);
    expect(problems(PRODUCTION)).toEqual([]);
    expect(problems({ ...PRODUCTION, ISSUER: 'http://id.example.com' })[0]?.problem).toContain('https://');
  });

  it('refuses a mistyped NODE_ENV, which would otherwise silently be development', () => {
    expect(problems({ NODE_ENV: 'prod' })[0]?.key).toBe('NODE_ENV');
  });

  it('refuses unknown keys in YAML with their path, and names a wrong value by its path', () => {
    const defaults = readFileSync('config/default.yaml', 'utf8');
    writeFileSync(join(folder, 'default.yaml'), defaults);
    writeFileSync(join(folder, 'development.yaml'), 'server: { prot: 1, port: many }\nbrand: { name: }\n');
    const found = problems({}, folder);
    expect(found.map(({ key }) => key).sort()).toEqual(['server.port', 'server.prot']);
    expect(found.find(({ key }) => key === 'server.prot')?.example).toContain('port');
  });

  it('says which file is not YAML', () => {
    writeFileSync(join(folder, 'default.yaml'), 'server: [');
    expect(problems({}, folder)[0]?.key).toBe(join(folder, 'default.yaml'));
  });

  it('X44 makes secret keys once, readable by the owner alone', () => {
    const dataDir = join(folder, 'data');
    const keys = ensureSecretKeys(dataDir);
    expect(ensureSecretKeys(dataDir)).toEqual(keys);
    expect(Buffer.byteLength(keys[0] ?? '')).toBeGreaterThanOrEqual(32);
    expect(statSync(join(dataDir, 'secret-keys')).mode & 0o777).toBe(0o600);
    writeFileSync(join(dataDir, 'secret-keys'), 'short\n');
    expect(() => ensureSecretKeys(dataDir)).toThrow('32 bytes');
  });

  it.each([
    'EPERM',
    'ENOTSUP',
    'EOPNOTSUPP',
  ])('X44 makes the keys where the volume has no hard links (%s), for one winner', (code) => {
    const volume = mkdtempSync(join(tmpdir(), 'gatehouse-keys-'));
    let before = () => {};
    const refused = (): never => {
      before();
      throw Object.assign(new Error(code), { code });
    };
    const keys = ensureSecretKeys(volume, systemRandomness, refused);
    expect(ensureSecretKeys(volume)).toEqual(keys);
    expect(statSync(join(volume, 'secret-keys')).mode & 0o777).toBe(0o600);
    rmSync(join(volume, 'secret-keys'));
    // Another process was faster.
    before = () => writeFileSync(join(volume, 'secret-keys'), `${'theirs'.repeat(8)}\n`);
    expect(ensureSecretKeys(volume, systemRandomness, refused)).toEqual(['theirs'.repeat(8)]);
    expect(readdirSync(volume)).toEqual(['secret-keys']);
    rmSync(volume, { recursive: true });
  });

  it('X44 of two processes that start at once on a new folder both get the same keys, whole', () => {
    const dataDir = join(folder, 'race');
    const starter = fileURLToPath(new URL('../support/key-starter.ts', import.meta.url));
    const [first, second] = execFileSync(process.execPath, [starter, dataDir]).toString().trim().split('\n');
    expect(first).toBe(second);
    expect(ensureSecretKeys(dataDir)).toEqual([first]);
    expect(readdirSync(dataDir)).toEqual(['secret-keys']);
  });

  it('reads addresses and CIDR ranges', () => {
    expect(parseNetwork('10.0.0.0/8')).toEqual({ address: '10.0.0.0', prefix: 8, family: 'ipv4' });
    expect(parseNetwork('fd00::1')).toEqual({ address: 'fd00::1', prefix: 128, family: 'ipv6' });
    for (const wrong of ['', 'proxy', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8']) {
      expect(parseNetwork(wrong)).toBeUndefined();
    }
  });

  it('has a reference page that is up to date', () => {
    execFileSync(process.execPath, ['scripts/generate-config-reference.ts', '--check'], { stdio: 'pipe' });
  });
});
