import { createGuardrails, generate } from 'otplib';
import { matchingStep, parseCode, parseSecret } from '../../src/credentials/totp/totp-code.ts';
import { type CredentialsWorld, createCredentialsWorld } from '../support/credentials-world.ts';

const STEP = 30_000;
const MINUTE = 60_000;
const origin = { ip: '192.0.2.1' };
const guardrails = createGuardrails({ MIN_SECRET_BYTES: 10 });
const codeAt = (secret: string, at: number) => generate({ secret, epoch: Math.floor(at / 1000), guardrails });
const wrongCode = (right: string) => String((Number(right) + 1) % 1_000_000).padStart(6, '0');

describe('authenticator app', () => {
  let world: CredentialsWorld;
  beforeEach(async () => {
    world = await createCredentialsWorld();
  });
  afterEach(() => world.close());

  const now = () => world.clock.at;
  async function enrol(id = 'ada'): Promise<string> {
    const account = world.people.get(id) ?? world.addPerson(id);
    const { secret } = await world.credentials.totp.begin(account);
    const { outcome } = await world.credentials.totp.confirm(id, secret, await codeAt(secret, now()), {
      actor: 'system',
    });
    expect(outcome).toBe('enrolled');
    world.clock.at += STEP;
    return secret;
  }
  const verify = (code: string, id = 'ada') => world.credentials.totp.verify(id, code, origin);

  it('G3 the RFC 6238 vectors hold, cut to six digits', async () => {
    const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
    const vectors: [number, string][] = [
      [59, '287082'],
      [1111111109, '081804'],
      [1111111111, '050471'],
      [1234567890, '005924'],
      [2000000000, '279037'],
      [20000000000, '353130'],
    ];
    for (const [seconds, code] of vectors) {
      expect(await matchingStep(secret, code, seconds * 1000)).toBe(Math.floor(seconds / 30));
    }
  });

  it('G3 G4 I8 the URI names brand and address and the parameters every app knows', async () => {
    const account = world.addPerson('ada', { email: 'Ada+x@people.example' });
    const setUp = await world.credentials.totp.begin(account);
    const uri = new URL(setUp.uri);
    expect(decodeURIComponent(uri.pathname)).toContain('Gatehouse:Ada+x@people.example');
    expect(Object.fromEntries(uri.searchParams)).toEqual({
      secret: setUp.secret,
      issuer: 'Gatehouse',
      algorithm: 'SHA1',
      digits: '6',
      period: '30',
    });
    expect(setUp.groups.join('')).toBe(setUp.secret);
    expect(setUp.groups.every((group) => /^[A-Z2-7]{4}$/.test(group))).toBe(true);
    expect(setUp.qrImage).toMatch(/^data:image\/svg\+xml;base64,/);
    expect(Buffer.from(setUp.qrImage.split(',')[1] ?? '', 'base64').toString()).toContain('<svg');
    expect(await world.credentials.totp.describe(account, setUp.secret)).toEqual(setUp);
  });

  it('G18 nothing is stored before a code proves the app', async () => {
    const account = world.addPerson('ada');
    const { totp } = world.credentials;
    const { secret } = await totp.begin(account);
    const right = await codeAt(secret, now());
    expect(await totp.confirm('ada', secret, wrongCode(right), { actor: 'system' })).toEqual({
      outcome: 'wrong',
    });
    expect(await totp.status('ada')).toEqual({ enrolled: false, version: 0 });
    expect(await totp.confirm('ada', secret, right, { actor: 'system' })).toEqual({
      outcome: 'enrolled',
      version: 1,
    });
    expect(await totp.status('ada')).toEqual({ enrolled: true, enrolledAt: now(), version: 1 });
  });

  it('W25 a code counts one step before and after its own, no further', async () => {
    const secret = await enrol();
    world.clock.at += 10 * STEP;
    const [early, late, farther] = await Promise.all([-2, 2, 1].map((n) => codeAt(secret, now() + n * STEP)));
    expect(await verify(early as string)).toEqual({ outcome: 'wrong' });
    expect(await verify(late as string)).toEqual({ outcome: 'wrong' });
    expect(await verify(farther as string)).toMatchObject({ outcome: 'ok', version: 1 });
  });

  it('X30 a code is taken once, its enrolment included, and none before it afterwards', async () => {
    const account = world.addPerson('ada');
    const { totp } = world.credentials;
    const { secret } = await totp.begin(account);
    const code = await codeAt(secret, now());
    await totp.confirm('ada', secret, code, { actor: 'system' });
    expect(await verify(code)).toEqual({ outcome: 'reused' });
    world.clock.at += STEP;
    const next = await codeAt(secret, now() + STEP);
    expect(await verify(next)).toMatchObject({ outcome: 'ok' });
    expect(await verify(next)).toEqual({ outcome: 'reused' });
    expect(await verify(await codeAt(secret, now()))).toEqual({ outcome: 'reused' });
  });

  it('X30 of parallel uses of one code one wins', async () => {
    const code = await codeAt(await enrol(), now());
    const verdicts = await Promise.all(Array.from({ length: 5 }, () => verify(code)));
    expect(verdicts.filter(({ outcome }) => outcome === 'ok')).toHaveLength(1);
  });

  it('X29 F6 of ten thousand parallel guesses five are evaluated, whatever comes with them', async () => {
    const code = await codeAt(await enrol(), now());
    const guess = wrongCode(code);
    const verdicts = await Promise.all(Array.from({ length: 10_000 }, () => verify(guess)));
    expect(verdicts.filter(({ outcome }) => outcome === 'wrong')).toHaveLength(5);
    expect(verdicts.filter(({ outcome }) => outcome === 'throttled')).toHaveLength(9_995);
    expect(await verify(code)).toEqual({ outcome: 'throttled' });
    expect(await verify(code)).toEqual({ outcome: 'throttled' });
    world.clock.at += 10 * MINUTE;
    expect(await verify(guess)).toEqual({ outcome: 'wrong' });
  });

  it('F6 right codes use up no tries, wrong ones are audited, and so is the window’s end, once', async () => {
    const secret = await enrol();
    for (let n = 0; n < 8; n++) {
      expect((await verify(await codeAt(secret, now()))).outcome).toBe('ok');
      world.clock.at += STEP;
    }
    await world.told();
    const guess = wrongCode(await codeAt(secret, now()));
    for (let n = 0; n < 9; n++) await verify(guess);
    const failed = { type: 'second-factor.failed', accountId: 'ada', ip: '192.0.2.1' };
    expect((await world.told()).events).toEqual([
      ...Array.from({ length: 5 }, () => expect.objectContaining(failed)),
      expect.objectContaining({ type: 'second-factor.throttled', accountId: 'ada', ip: '192.0.2.1' }),
    ]);
  });

  it('X29 the counter is shared with the recovery code, both ways', async () => {
    const secret = await enrol();
    const { recoveryCodes } = world.credentials;
    const recovery = await recoveryCodes.issue('ada', { actor: 'system' });
    const guess = wrongCode(await codeAt(secret, now()));
    for (let n = 0; n < 3; n++) await verify(guess);
    for (let n = 0; n < 2; n++) {
      expect(await recoveryCodes.verify('ada', '1'.repeat(32), origin)).toEqual({ outcome: 'wrong' });
    }
    expect(await verify(await codeAt(secret, now()))).toEqual({ outcome: 'throttled' });
    expect(await recoveryCodes.verify('ada', recovery, origin)).toEqual({ outcome: 'throttled' });
  });

  it('K3 a second app replaces the first only once it is proven', async () => {
    const first = await enrol();
    const { totp } = world.credentials;
    const { secret: second } = await totp.begin(world.addPerson('ada'));
    await totp.confirm('ada', second, wrongCode(await codeAt(second, now())), { actor: 'system' });
    expect((await verify(await codeAt(first, now()))).outcome).toBe('ok');
    world.clock.at += STEP;
    const done = await totp.confirm('ada', second, await codeAt(second, now()), {
      raiseEpoch: true,
      actor: 'system',
    });
    expect(done).toEqual({ outcome: 'enrolled', version: 2, epoch: 2 });
    world.clock.at += STEP;
    expect((await verify(await codeAt(first, now()))).outcome).toBe('wrong');
    expect((await verify(await codeAt(second, now()))).outcome).toBe('ok');
  });

  it('X38 where older sign-ins could not be ended, the app is not changed', async () => {
    await enrol();
    world.clock.at += STEP;
    const before = (await world.credentials.totp.status('ada')).version;
    const { secret } = await world.credentials.totp.begin(world.addPerson('ada'));
    world.parts.accounts.raiseEpoch = async () => {
      throw new Error('cut off');
    };
    const code = await codeAt(secret, world.clock.at);
    const changed = world.credentials.totp.confirm('ada', secret, code, { actor: 'ada', raiseEpoch: true });
    await expect(changed).rejects.toThrow('cut off');
    expect((await world.credentials.totp.status('ada')).version).toBe(before);
  });

  it('an enrolment is audited and mailed; log-in enrolment leaves the epoch alone', async () => {
    const secret = await enrol();
    const { mails, events } = await world.told();
    expect(mails).toEqual([
      expect.objectContaining({ kind: 'authenticator-added', to: 'ada@people.example' }),
    ]);
    expect(events).toEqual([expect.objectContaining({ type: 'authenticator.added', accountId: 'ada' })]);
    expect(JSON.stringify([mails, events])).not.toContain(secret);
    expect(world.people.get('ada')?.epoch).toBe(0);
  });

  it('X29 F6 guesses at a new app are twenty a day, however many windows they have', async () => {
    const account = world.addPerson('ada');
    const { totp } = world.credentials;
    const { secret } = await totp.begin(account);
    const outcomes: string[] = [];
    for (let window = 0; window < 6; window++) {
      for (let n = 0; n < 5; n++) {
        const guess = wrongCode(await codeAt(secret, now()));
        outcomes.push((await totp.confirm('ada', secret, guess, { actor: 'ada' })).outcome);
      }
      world.clock.at += 10 * MINUTE;
    }
    expect([outcomes.indexOf('throttled'), outcomes.lastIndexOf('wrong')]).toEqual([20, 19]);
    world.clock.at += 24 * 60 * MINUTE;
    const right = await codeAt(secret, now());
    expect((await totp.confirm('ada', secret, right, { actor: 'ada' })).outcome).toBe('enrolled');
  });

  it('guesses at a new app are throttled apart from those at the old one', async () => {
    const old = await enrol();
    const { totp } = world.credentials;
    const { secret } = await totp.begin(world.addPerson('ada'));
    const guess = wrongCode(await codeAt(secret, now()));
    for (let n = 0; n < 5; n++)
      expect((await totp.confirm('ada', secret, guess, { actor: 'system' })).outcome).toBe('wrong');
    expect((await totp.confirm('ada', secret, guess, { actor: 'system' })).outcome).toBe('throttled');
    expect((await verify(await codeAt(old, now()))).outcome).toBe('ok');
  });

  it('a removed app verifies nothing, and its version never comes back', async () => {
    const secret = await enrol();
    const { totp } = world.credentials;
    expect(await totp.remove('ada', { actor: 'admin' })).toBe(true);
    expect(await totp.remove('ada', { actor: 'admin' })).toBe(false);
    expect(await verify(await codeAt(secret, now()))).toEqual({ outcome: 'none' });
    expect(await totp.status('ada')).toEqual({ enrolled: false, version: 2 });
    await enrol();
    expect((await totp.status('ada')).version).toBe(3);
  });

  it('codes are read with spaces; what is no code is no guess', async () => {
    expect(parseCode(' 123 456 ')).toBe('123456');
    for (const input of ['12345', '1234567', 'abcdef', '', '12345६'])
      expect(parseCode(input)).toBeUndefined();
    const secret = await enrol();
    for (let n = 0; n < 9; n++) expect(await verify('12345')).toEqual({ outcome: 'wrong' });
    expect((await verify(await codeAt(secret, now()))).outcome).toBe('ok');
  });

  it('imports take short old secrets with spaces and refuse what is no base32', async () => {
    const { totp } = world.credentials;
    await totp.importTotp('ada', 'jbsw y3dp ehpk 3pxp', { actor: 'system' });
    expect((await verify(await codeAt('JBSWY3DPEHPK3PXP', now()))).outcome).toBe('ok');
    await expect(totp.importTotp('ada', 'JBSW', { actor: 'system' })).rejects.toMatchObject({
      code: 'totp-secret-invalid',
    });
    await expect(totp.importTotp('ada', 'not base32 1890 ', { actor: 'system' })).rejects.toMatchObject({
      code: 'totp-secret-invalid',
    });
    expect(parseSecret('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ====')).toBe('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
  });
});
