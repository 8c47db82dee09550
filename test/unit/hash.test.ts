import { pbkdf2Sync, scryptSync } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { hash as argon2 } from '@node-rs/argon2';
import bcrypt from 'bcryptjs';
import { systemRandomness } from '#kernel';
import {
  createHasher,
  type Hasher,
  type PasswordHashSettings,
} from '../../src/credentials/hashing/hasher.ts';
import { createWorkGate } from '../../src/credentials/hashing/work-gate.ts';

const CHEAP: PasswordHashSettings = {
  algorithm: 'argon2id',
  argon2: { memoryKiB: 64, timeCost: 1, parallelism: 1 },
  bcrypt: { cost: 4 },
};
const b64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');

describe('password hashes', () => {
  const hashers: Hasher[] = [];
  const hasherOf = (settings: Partial<PasswordHashSettings> = {}) => {
    const hasher = createHasher({ settings: { ...CHEAP, ...settings }, randomness: systemRandomness });
    hashers.push(hasher);
    return hasher;
  };
  afterAll(() => Promise.all(hashers.map((hasher) => hasher.close())));

  it.each(['argon2id', 'bcrypt'] as const)('%s: verifies its own and nothing else', async (algorithm) => {
    const hasher = hasherOf({ algorithm });
    const encoded = await hasher.hash('Pässword-1');
    expect(await hasher.verify('Pässword-1', encoded)).toEqual({ ok: true, needsRehash: false });
    // B8: no folding of case, no trimming; NFC makes one password of two spellings.
    expect((await hasher.verify('pässword-1', encoded)).ok).toBe(false);
    expect((await hasher.verify('Pässword-1 ', encoded)).ok).toBe(false);
    expect((await hasher.verify('Pa\u0308ssword-1', encoded)).ok).toBe(true);
    expect(await hasher.hash('Pässword-1')).not.toBe(encoded);
  });

  it.each([
    'argon2id',
    'bcrypt',
  ] as const)('X37 %s: passwords that differ beyond 72 bytes or a NUL are distinct', async (algorithm) => {
    const hasher = hasherOf({ algorithm });
    const long = `A1-${'£'.repeat(40)}`;
    const encoded = await hasher.hash(`${long}x`);
    expect((await hasher.verify(`${long}x`, encoded)).ok).toBe(true);
    expect((await hasher.verify(`${long}y`, encoded)).ok).toBe(false);
    const withNul = await hasher.hash('Abc-1\0first');
    expect((await hasher.verify('Abc-1\0other', withNul)).ok).toBe(false);
  });

  it('X37 a plain bcrypt hash from elsewhere proves no password beyond its 72 bytes', async () => {
    const hasher = hasherOf();
    const long = 'a'.repeat(72);
    const encoded = await bcrypt.hash(`${long}tail`, 4);
    expect((await hasher.verify(long, encoded)).ok).toBe(true);
    expect((await hasher.verify(`${long}tail`, encoded)).ok).toBe(false);
    expect((await hasher.verify(`${long}liat`, encoded)).ok).toBe(false);
    expect((await hasher.verify(`${long}tail`, await bcrypt.hash('', 4))).ok).toBe(false);
  });

  it('X37 more than 256 characters are refused before any work', async () => {
    const hasher = hasherOf();
    await expect(hasher.hash('x'.repeat(257))).rejects.toMatchObject({
      code: 'password-too-long',
      status: 422,
    });
    const encoded = await hasher.hash('x'.repeat(256));
    expect((await hasher.verify('x'.repeat(256), encoded)).ok).toBe(true);
    expect((await hasher.verify('x'.repeat(5_000_000), encoded)).ok).toBe(false);
    // Nor is it compared with a hash from elsewhere, which it would match.
    const imported = await argon2('x'.repeat(257), { memoryCost: 64, timeCost: 1 });
    expect((await hasher.verify('x'.repeat(257), imported)).ok).toBe(false);
  });

  describe('imports', () => {
    const password = 'Imported-1';
    const salt = Buffer.from('sixteen-byte-slt');
    const scrypt = scryptSync(password, salt, 32, { N: 1024, r: 8, p: 1 });
    const pbkdf2 = (digest: string) => pbkdf2Sync(password, salt, 1000, 32, digest);
    const cases: [string, string | Promise<string>][] = [
      ['bcrypt $2a$', bcrypt.hashSync(password, 4).replace('$2b$', '$2a$')],
      ['bcrypt $2y$', bcrypt.hashSync(password, 4).replace('$2b$', '$2y$')],
      ['argon2id of other cost', argon2(password, { memoryCost: 128, timeCost: 2 })],
      ['argon2i', argon2(password, { algorithm: 1, memoryCost: 64, timeCost: 1 })],
      ['scrypt (PHC)', `$scrypt$ln=10,r=8,p=1$${b64(salt)}$${b64(scrypt)}`],
      ['PBKDF2 (PHC)', `$pbkdf2-sha256$i=1000,l=32$${b64(salt)}$${b64(pbkdf2('sha256'))}`],
      [
        'PBKDF2 (passlib)',
        `$pbkdf2-sha512$1000$${b64(salt).replaceAll('+', '.')}$${b64(pbkdf2('sha512')).replaceAll('+', '.')}`,
      ],
      ['PBKDF2 (Django)', `pbkdf2_sha256$1000$sixteen-byte-slt$${pbkdf2('sha256').toString('base64')}`],
    ];

    it.each(cases)('%s is verified and asks for a re-hash', async (_name, encoded) => {
      const hasher = hasherOf();
      expect(hasher.isSupported(await encoded)).toBe(true);
      expect(await hasher.verify(password, await encoded)).toEqual({ ok: true, needsRehash: true });
      expect(await hasher.verify('Imported-2', await encoded)).toEqual({ ok: false, needsRehash: false });
    });

    it('the published scrypt and PBKDF2 vectors hold (RFC 7914)', async () => {
      const hasher = hasherOf();
      const hex = (text: string) => b64(Buffer.from(text, 'hex'));
      const scryptVector =
        'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640';
      const pbkdf2Vector =
        '4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d';
      const scryptHash = `$scrypt$ln=10,r=8,p=16$${b64(Buffer.from('NaCl'))}$${hex(scryptVector)}`;
      const pbkdf2Hash = `$pbkdf2-sha256$i=80000$${b64(Buffer.from('NaCl'))}$${hex(pbkdf2Vector)}`;
      expect((await hasher.verify('password', scryptHash)).ok).toBe(true);
      expect((await hasher.verify('Password', pbkdf2Hash)).ok).toBe(true);
    });

    it.each([
      'md5$abc$d41d8cd98f00b204e9800998ecf8427e',
      'plain text',
      '',
      `$2b$31$${'a'.repeat(53)}`,
      `$scrypt$ln=30,r=8,p=1$${b64(salt)}$${b64(scrypt)}`,
      `$pbkdf2-sha256$9999999$${b64(salt)}$${b64(scrypt)}`,
      `$argon2id$v=19$m=9999999,t=2,p=1$${b64(salt)}$${b64(scrypt)}`,
    ])('an unknown form or an excessive cost is not supported: %s', async (encoded) => {
      const hasher = hasherOf();
      expect(hasher.isSupported(encoded)).toBe(false);
      expect((await hasher.verify('anything', encoded)).ok).toBe(false);
    });
  });

  it('changed settings ask for a re-hash of what was right before', async () => {
    const before = await hasherOf().hash('Password-1');
    const dearer = hasherOf({ argon2: { memoryKiB: 128, timeCost: 1, parallelism: 1 } });
    expect(await dearer.verify('Password-1', before)).toEqual({ ok: true, needsRehash: true });
    const other = hasherOf({ algorithm: 'bcrypt' });
    expect(await other.verify('Password-1', before)).toEqual({ ok: true, needsRehash: true });
  });

  it('a full queue is refused as heavy load, and the gate is free again afterwards', async () => {
    const gate = createWorkGate({ concurrency: 1, maxWaiting: 1 });
    const { promise, resolve: finish } = Promise.withResolvers<void>();
    const first = gate(() => promise);
    const second = gate(async () => 'second');
    expect(gate.waiting()).toBe(1);
    await expect(gate(async () => 'third')).rejects.toMatchObject({ code: 'heavy-load', status: 503 });
    finish();
    await first;
    expect(await second).toBe('second');
    expect(gate.waiting()).toBe(0);
    await expect(gate(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await gate(async () => 'again')).toBe('again');
  });

  it('never runs more hashes at once than the gate allows', async () => {
    const gate = createWorkGate({ concurrency: 2, maxWaiting: 100 });
    let running = 0;
    let most = 0;
    const task = async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
    };
    await Promise.all(Array.from({ length: 30 }, () => gate(task)));
    expect(most).toBe(2);
  });

  it.each([
    {
      algorithm: 'argon2id' as const,
      settings: { argon2: { memoryKiB: 19_456, timeCost: 2, parallelism: 1 } },
    },
    { algorithm: 'bcrypt' as const, settings: { bcrypt: { cost: 10 } } },
  ])('the event loop goes on while 16 $algorithm hashes are verified', async ({ algorithm, settings }) => {
    const hasher = hasherOf({ algorithm, ...settings });
    const encoded = await hasher.hash('Password-1');
    const delay = monitorEventLoopDelay({ resolution: 5 });
    let turns = 0;
    const turning = setInterval(() => turns++, 1);
    delay.enable();
    const all = await Promise.all(Array.from({ length: 16 }, () => hasher.verify('Password-1', encoded)));
    delay.disable();
    clearInterval(turning);
    process.stdout.write(`${algorithm}: event loop p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms\n`);
    expect(all.every(({ ok }) => ok)).toBe(true);
    // Synchronous hashing would have let no timer through.
    expect(turns).toBeGreaterThan(5);
  });
});
