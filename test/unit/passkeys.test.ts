import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MINUTE } from '#kernel';
import { type CredentialsWorld, createCredentialsWorld } from '../support/credentials-world.ts';
import { SoftwareAuthenticator, type Tampering } from '../support/software-authenticator.ts';

const ISSUER = 'https://login.example';
const ORIGIN = { ip: '192.0.2.7', correlationId: 'c' };
const here = { binding: 'log-in-1', origin: ORIGIN };

let world: CredentialsWorld;
beforeEach(async () => {
  world = await createCredentialsWorld();
  world.addPerson('ada');
  world.addPerson('bob');
});
afterEach(() => world.close());

const passkeys = () => world.credentials.passkeys;

async function addTo(
  id: string,
  key = new SoftwareAuthenticator(ISSUER),
  { name = 'Phone', ...tampering }: Tampering & { name?: string } = {},
) {
  const person = world.people.get(id);
  if (!person) throw new Error(`nobody is ${id}`);
  const answer = key.create(await passkeys().creationOptions(person, 'b'), tampering);
  const added = await passkeys().add(id, answer, { actor: id, origin: ORIGIN, binding: 'b', name });
  return { key, answer, added };
}

describe('passkeys', () => {
  it('keeps several a person, tells of each, and asks for user verification and a discoverable credential', async () => {
    const ada = world.people.get('ada');
    if (!ada) throw new Error('nobody');
    const options = JSON.parse(await passkeys().creationOptions(ada, 'b'));
    expect(options).toMatchObject({
      rp: { id: 'login.example' },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      excludeCredentials: [],
    });
    const handle = Buffer.from(options.user.id, 'base64url');
    expect(handle).toHaveLength(32);
    expect(handle.toString()).not.toContain('ada');
    const { key, added } = await addTo('ada');
    expect(added).toEqual({ outcome: 'added', kind: 'swk' });
    world.clock.at += MINUTE;
    const second = await addTo('ada', new SoftwareAuthenticator(ISSUER, { synced: false }), { name: 'Key' });
    expect(second.added).toEqual({ outcome: 'added', kind: 'hwk' });
    expect(second.key.userHandle).toBe(key.userHandle);
    expect((await passkeys().list('ada')).map(({ name, kind }) => [name, kind])).toEqual([
      ['Phone', 'swk'],
      ['Key', 'hwk'],
    ]);
    const { mails, events } = await world.told();
    expect(mails.map(({ kind, data }) => [kind, data])).toEqual([
      ['passkey-added', expect.objectContaining({ passkey: 'Phone' })],
      ['passkey-added', expect.objectContaining({ passkey: 'Key' })],
    ]);
    expect(events.map(({ type }) => type)).toEqual(['passkey.added', 'passkey.added']);
  });

  it.each([
    'android-key',
    'tpm',
    'packed',
    'apple',
    'fido-u2f',
    'made-up',
  ])('X10 reads no certificate that comes unasked (%s): its list of revoked ones would be fetched from wherever it says', async (format) => {
    const statement = { format, certificates: [Buffer.from('3003020100', 'hex')] };
    expect((await addTo('ada', new SoftwareAuthenticator(ISSUER), { statement })).added).toEqual({
      outcome: 'added',
      kind: 'swk',
    });
  });

  it('X30 takes a genuine answer once, as second factor and to sign in', async () => {
    const { key } = await addTo('ada');
    const answer = key.get(await passkeys().requestOptions('ada', 'log-in-1'));
    expect(await passkeys().verify('ada', answer, here)).toMatchObject({ outcome: 'ok', kind: 'swk' });
    expect(await passkeys().verify('ada', answer, here)).toEqual({ outcome: 'expired' });
    const alone = key.get(passkeys().signInOptions('log-in-1'));
    const both = await Promise.all([passkeys().signIn(alone, here), passkeys().signIn(alone, here)]);
    expect(both.map(({ outcome }) => outcome).sort()).toEqual(['expired', 'ok']);
    expect(both).toContainEqual({ outcome: 'ok', accountId: 'ada', kind: 'swk' });
    expect((await passkeys().status('ada')).lastUsedAt).toBe(world.clock.at);
  });

  it.each<[string, Tampering]>([
    ['of another origin', { origin: 'https://login.example.evil' }],
    ['for another host', { rpId: 'evil' }],
    ['without user verification', { userVerified: false }],
    ['of another credential', { credentialId: 'AAAAAAAAAAAAAAAAAAAAAA' }],
    ['for another person', { userHandle: 'AAAA' }],
  ])('refuses an answer %s', async (_what, tampering) => {
    const { key } = await addTo('ada');
    const answer = key.get(await passkeys().requestOptions('ada', 'log-in-1'), tampering);
    expect(await passkeys().verify('ada', answer, here)).toEqual({ outcome: 'refused' });
    const alone = key.get(passkeys().signInOptions('log-in-1'), tampering);
    expect(await passkeys().signIn(alone, here)).toEqual({ outcome: 'refused' });
  });

  it('X19 refuses a challenge of another log-in, person or purpose, an invented and a late one', async () => {
    const { key } = await addTo('ada');
    await addTo('bob');
    const ask = async (options: string, binding = 'log-in-1') =>
      (await passkeys().verify('ada', key.get(options), { binding, origin: ORIGIN })).outcome;
    expect(await ask(await passkeys().requestOptions('ada', 'log-in-2'))).toBe('expired');
    expect(await ask(await passkeys().requestOptions('bob', 'log-in-1'))).toBe('expired');
    expect(await ask(passkeys().signInOptions('log-in-1'))).toBe('expired');
    expect(await ask(JSON.stringify({ challenge: 'aGVsbG8', rpId: 'login.example' }))).toBe('expired');
    const options = await passkeys().requestOptions('ada', 'log-in-1');
    world.clock.at += 5 * MINUTE;
    expect(await ask(options)).toBe('expired');
    expect(await ask(await passkeys().requestOptions('ada', 'log-in-1'))).toBe('ok');
    const alone = key.get(passkeys().signInOptions('log-in-1'));
    world.clock.at += 60 * MINUTE;
    expect(await passkeys().signIn(alone, here)).toEqual({ outcome: 'expired' });
  });

  it('X30 the answer of the first page is spent for as long as it would live', async () => {
    const { key } = await addTo('ada');
    const alone = key.get(passkeys().signInOptions('log-in-1'));
    expect((await passkeys().signIn(alone, here)).outcome).toBe('ok');
    world.clock.at += 59 * MINUTE;
    expect(await passkeys().signIn(alone, here)).toEqual({ outcome: 'expired' });
  });

  it('X38 is not added where older sign-ins could not be ended', async () => {
    const person = world.addPerson('ada');
    const answer = new SoftwareAuthenticator(ISSUER).create(await passkeys().creationOptions(person, 'b'));
    world.parts.accounts.raiseEpoch = async () => {
      throw new Error('cut off');
    };
    const add = passkeys().add('ada', answer, {
      actor: 'ada',
      binding: 'b',
      name: 'Phone',
      raiseEpoch: true,
    });
    await expect(add).rejects.toThrow('cut off');
    expect(await passkeys().list('ada')).toEqual([]);
  });

  it('refuses somebody else’s passkey as second factor', async () => {
    await addTo('ada');
    const { key } = await addTo('bob');
    const answer = key.get(await passkeys().requestOptions('ada', 'log-in-1'));
    expect(await passkeys().verify('ada', answer, here)).toEqual({ outcome: 'refused' });
  });

  it('refuses and records a counter that does not rise', async () => {
    const { key } = await addTo('ada');
    const next = async (counter: number) => {
      const answer = key.get(await passkeys().requestOptions('ada', 'log-in-1'), { counter });
      return (await passkeys().verify('ada', answer, here)).outcome;
    };
    expect([await next(7), await next(7), await next(3), await next(0), await next(8)]).toEqual([
      'ok',
      'refused',
      'refused',
      'refused',
      'ok',
    ]);
    const { events } = await world.told();
    const types = events.map(({ type }) => type);
    expect(types.sort()).toEqual(['passkey.added', ...Array(3).fill('passkey.counter-regressed')]);
  });

  it.each<[string, Tampering]>([
    ['of another origin', { origin: 'http://login.example' }],
    ['for another host', { rpId: 'example' }],
    ['without user verification', { userVerified: false }],
  ])('refuses a new passkey %s', async (_what, tampering) => {
    const { added } = await addTo('ada', new SoftwareAuthenticator(ISSUER), tampering);
    expect(added).toEqual({ outcome: 'refused' });
    expect((await passkeys().status('ada')).enrolled).toBe(false);
  });

  it('has a credential id once over all accounts, a removed one included, and the answer once', async () => {
    const { key, answer } = await addTo('ada');
    const again = await passkeys().add('ada', answer, {
      actor: 'ada',
      origin: ORIGIN,
      binding: 'b',
      name: 'x',
    });
    expect(again).toEqual({ outcome: 'expired' });
    expect((await addTo('bob', key)).added).toEqual({ outcome: 'taken' });
    expect(await passkeys().remove('bob', key.id, { actor: 'bob', origin: ORIGIN })).toBe(false);
    expect(await passkeys().rename('bob', key.id, 'Mine', { actor: 'bob', origin: ORIGIN })).toBe(false);
    expect(await passkeys().remove('ada', key.id, { actor: 'ada', origin: ORIGIN })).toBe(true);
    expect((await addTo('bob', key)).added).toEqual({ outcome: 'taken' });
    const alone = key.get(passkeys().signInOptions('log-in-1'));
    expect(await passkeys().signIn(alone, here)).toEqual({ outcome: 'refused' });
  });

  it('signs nobody in who does not say whose passkey it is', async () => {
    const { key } = await addTo('ada');
    const answer = JSON.parse(key.get(passkeys().signInOptions('log-in-1')));
    const { userHandle, ...response } = answer.response;
    expect(userHandle).toBeDefined();
    const silent = JSON.stringify({ ...answer, response });
    expect(await passkeys().signIn(silent, here)).toEqual({ outcome: 'refused' });
    expect((await passkeys().signIn(JSON.stringify(answer), here)).outcome).toBe('ok');
  });

  it.each([
    '',
    'null',
    '[]',
    '{}',
    '{"id":"a","rawId":"a","type":"public-key","response":{}}',
    'x'.repeat(9_000),
  ])('refuses what is no answer (%#)', async (answer) => {
    expect(await passkeys().signIn(answer, here)).toEqual({ outcome: 'refused' });
    const add = { actor: 'ada', origin: ORIGIN, binding: 'b', name: 'x' };
    expect(await passkeys().add('ada', answer, add)).toEqual({ outcome: 'refused' });
  });
});

describe('passkeys that are switched off', () => {
  it('sign nobody in, are no second factor and are not added, not even by pages of before', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-passkeys-'));
    const restart = async (on: boolean) => {
      await world.close();
      world = await createCredentialsWorld({ passkeys: on }, dataDir);
      for (const name of ['ada', 'bob']) world.addPerson(name);
    };
    await restart(true);
    const { key } = await addTo('ada');
    const alone = key.get(passkeys().signInOptions('log-in-1'));
    const second = key.get(await passkeys().requestOptions('ada', 'log-in-1'));
    const options = await passkeys().creationOptions(world.addPerson('bob'), 'b');
    const fresh = new SoftwareAuthenticator(ISSUER).create(options);
    await world.credentials.totp.importTotp('ada', 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', { actor: 'ada' });
    await restart(false);
    // Nobody is left alone with them.
    const removal = { actor: 'ada', needed: ['totp', 'passkey'] as const };
    expect(await world.credentials.removeMethod('ada', { kind: 'totp' }, removal)).toEqual({
      outcome: 'last',
    });
    expect(await passkeys().signIn(alone, here)).toEqual({ outcome: 'refused' });
    expect(await passkeys().verify('ada', second, here)).toEqual({ outcome: 'refused' });
    const add = () => passkeys().add('bob', fresh, { actor: 'bob', binding: 'b', name: 'Phone' });
    expect(await add()).toEqual({ outcome: 'refused' });
    await restart(true);
    expect((await passkeys().signIn(alone, here)).outcome).toBe('ok');
    expect((await add()).outcome).toBe('added');
    rmSync(dataDir, { recursive: true, force: true });
  });
});
