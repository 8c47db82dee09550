import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BeginSignIn, CompleteOutcome } from '#federation';
import {
  createFederatedDirectory,
  type FederatedDirectory,
} from '../support/upstream/federated-directory.ts';
import type { Mode } from '../support/upstream/mode.ts';
import { startUpstream, type Upstream } from '../support/upstream/start.ts';

const ADA = 'ada@acme.example';
const MINUTE = 60_000;

let upstream: Upstream;
let directory: FederatedDirectory;

beforeAll(async () => {
  upstream = await startUpstream();
});
afterAll(() => upstream.stop());
beforeEach(async () => {
  await upstream.control({});
  directory = await createFederatedDirectory({ issuer: upstream.issuer });
});
afterEach(() => directory.close());

async function begin(wishes: Partial<BeginSignIn> = {}): Promise<string> {
  const request = {
    connection: directory.acme,
    interactionUid: 'uid-1',
    browserHash: 'browser-1',
    ...wishes,
  };
  const outcome = await directory.federation.signIn.begin(request);
  return outcome.outcome === 'redirect' ? outcome.url : outcome.code;
}

/** To the provider and back, with the provider in this mode; without completing. */
async function answerOf(wishes: Partial<BeginSignIn> = {}, mode: Mode = {}, email = ADA): Promise<URL> {
  const url = await begin(wishes);
  await upstream.control(mode);
  return upstream.signIn(url, email);
}

function complete(callbackUrl: URL, changes: { connectionId?: string; browserHash?: string } = {}) {
  return directory.federation.signIn.complete({
    ...{ connectionId: 'acme-idp', callbackUrl, browserHash: 'browser-1' },
    ...changes,
  });
}

const codeOf = (outcome: CompleteOutcome) => (outcome.outcome === 'problem' ? outcome.code : 'identity');

describe('a sign-in at an identity provider', () => {
  it('E6 leads from the interaction to the provider and back to an account', async () => {
    const url = new URL(await begin({ loginHint: ADA, locale: 'fr' }));
    expect(url.searchParams.get('state')).toMatch(/^uid-1\.[\w-]{43}$/);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      ...{ login_hint: ADA, ui_locales: 'fr', code_challenge_method: 'S256' },
      redirect_uri: directory.federation.connections.callbackUrl('acme-idp'),
    });
    const back = await complete(await upstream.signIn(url.href, ADA));
    expect(back).toMatchObject({
      flow: { interactionUid: 'uid-1', connectionId: 'acme-idp' },
      freshness: 'not-asked',
    });
    if (back.outcome !== 'identity') throw new Error(back.detail);
    const outcome = await directory.federation.signIn.resolve(back);
    expect(outcome).toMatchObject({
      outcome: 'signed-in',
      linked: 'provisioned',
      account: { emailNormalized: ADA },
    });
  });

  it('X7 the answer of one connection counts for nothing at the redirect URI of another', async () => {
    const answer = await answerOf();
    expect(await complete(answer, { connectionId: 'globex-idp' })).toMatchObject({
      ...{ code: 'federation.invalid-answer', detail: expect.stringContaining('another connection') },
    });
    expect(codeOf(await complete(answer))).toBe('federation.expired');
  });

  it("X7 an answer with another provider's iss is refused", async () => {
    expect(codeOf(await complete(await answerOf({}, { responseIss: 'https://other.example' })))).toBe(
      'federation.invalid-answer',
    );
  });

  it('X8 a connection that is disabled meanwhile takes nobody there and nobody back', async () => {
    const answer = await answerOf();
    await directory.federation.connections.put({ ...directory.acme, enabled: false }, { actor: 'system' });
    expect(codeOf(await complete(answer))).toBe('federation.disabled');
    expect(await begin()).toBe('federation.disabled');
  });

  it('counts once', async () => {
    const answer = await answerOf();
    const outcomes = await Promise.all([complete(answer), complete(answer), complete(answer)]);
    expect(outcomes.map(codeOf).sort()).toEqual(['federation.expired', 'federation.expired', 'identity']);
  });

  it('is bound to the browser in which it began, where it may still be finished', async () => {
    const answer = await answerOf();
    expect(codeOf(await complete(answer, { browserHash: 'browser-2' }))).toBe('federation.expired');
    expect(codeOf(await complete(answer))).toBe('identity');
  });

  it('is over after a quarter of an hour, and tells where to begin again', async () => {
    const answer = await answerOf();
    directory.clock.set(directory.clock.now() + 15 * MINUTE);
    expect(await complete(answer)).toMatchObject({ code: 'federation.expired', interactionUid: 'uid-1' });
  });

  it.each([
    '',
    '?state=uid-1.unknown&code=x',
    '?code=x',
  ])('is refused for an answer of %j', async (search) => {
    const outcome = await complete(new URL(`http://127.0.0.1:1/federation/acme-idp/callback${search}`));
    expect(codeOf(outcome)).toBe('federation.expired');
  });

  it('is refused when a parameter comes twice', async () => {
    const answer = await answerOf();
    const doubled = new URL(`${answer.href}&code=another`);
    expect(codeOf(await complete(doubled))).toBe('federation.invalid-answer');
    const other = await answerOf();
    expect(codeOf(await complete(new URL(`${other.href}&state=another`)))).toBe('federation.expired');
  });

  it.each([
    ['federation.denied', { error: 'access_denied' }],
    ['federation.timeout', { delayMs: { token: 6_000 } }],
    ['federation.unavailable', { status: { token: 500 } }],
  ] as [string, Mode][])('ends in %s when the provider answers %j', async (code, mode) => {
    expect(await complete(await answerOf({}, mode))).toMatchObject({ code, interactionUid: 'uid-1' });
  });

  it('does not leave when the provider cannot be reached', async () => {
    await upstream.control({ status: { discovery: 500 } });
    expect(await begin()).toBe('federation.unavailable');
  });

  it('writes no state, code, verifier or nonce to the disk or to the log', async () => {
    await directory.close();
    const dataDir = await mkdtemp(join(tmpdir(), 'federation-'));
    directory = await createFederatedDirectory({ issuer: upstream.issuer, dataDir });
    const left = new URL(await begin());
    const back = await upstream.signIn(left.href, ADA);
    const files = await Promise.all(
      (await readdir(dataDir)).map((name) => readFile(join(dataDir, name), 'latin1')),
    );
    await upstream.control({ token: 'wrong-key' });
    await complete(back);
    const secrets = ['state', 'nonce'].map((name) => left.searchParams.get(name) ?? name);
    secrets.push(back.searchParams.get('code') ?? 'code', upstream.clientSecret);
    // Told as a list of finds: a failure should not print the whole file.
    const found = [files.join(''), JSON.stringify(directory.logged)].map((text) => [
      text.includes('acme-idp'),
      ...secrets.map((secret) => text.includes(secret)),
    ]);
    expect(found).toEqual([0, 1].map(() => [true, false, false, false, false]));
    await rm(dataDir, { recursive: true });
  });
});

describe('re-authentication at an identity provider', () => {
  it('W18 forwards the demand and takes a fresh auth_time for a proof', async () => {
    const url = new URL(await begin({ freshness: { prompt: 'login' }, acrValues: ['mfa'] }));
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      prompt: 'login',
      max_age: '0',
      acr_values: 'mfa',
    });
    expect(await complete(await upstream.signIn(url.href, ADA))).toMatchObject({ freshness: 'proven' });
    expect(await complete(await answerOf({ freshness: { maxAge: 600 } }, { authAge: 500 }))).toMatchObject({
      freshness: 'proven',
    });
  });

  it.each([
    ['prompt=login', { prompt: 'login' }, 3_600],
    ['max_age=0', { maxAge: 0 }, 60],
    ['max_age=600', { maxAge: 600 }, 700],
    ['a proof from the future', { maxAge: 600 }, -3_600],
  ] as const)('X15 an auth_time that does not meet %s is refused', async (_wish, freshness, authAge) => {
    expect(await complete(await answerOf({ freshness }, { authAge }))).toMatchObject({
      ...{ code: 'federation.invalid-answer', detail: expect.stringContaining('auth_time') },
    });
  });

  it('W18 a provider whose auth_time is missing or says nothing leaves the demand unproven', async () => {
    const freshness = { maxAge: 0 };
    expect(await complete(await answerOf({ freshness }, { claims: { auth_time: null } }))).toMatchObject({
      freshness: 'unproven',
    });
    await directory.federation.connections.put({ ...directory.acme, preset: 'google' }, { actor: 'system' });
    expect(await complete(await answerOf({ freshness }, { authAge: 3_600 }))).toMatchObject({
      ...{ freshness: 'unproven', identity: { authTime: undefined } },
    });
  });

  it('X15 another person at the provider is refused', async () => {
    const signIn = async (email: string, reauthOf?: string) => {
      const back = await complete(
        await answerOf(reauthOf ? { reauthOf, freshness: { prompt: 'login' } } : {}, {}, email),
      );
      if (back.outcome !== 'identity') throw new Error(back.detail);
      const { reauthOf: expected } = back.flow;
      return directory.federation.signIn.resolve({ ...back, ...(expected && { reauthOf: expected }) });
    };
    const first = await signIn(ADA);
    const accountId = first.outcome === 'signed-in' ? first.account.id : '';
    expect(await signIn('eve@acme.example', accountId)).toEqual({
      outcome: 'refused',
      code: 'federation.account-mismatch',
    });
    expect(await signIn(ADA, accountId)).toMatchObject({ outcome: 'signed-in', account: { id: accountId } });
  });
});
