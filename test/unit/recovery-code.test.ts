import { groupsOf, parseRecoveryCode } from '../../src/credentials/recovery-code/recovery-code.ts';
import { createRecoveryCodeStore } from '../../src/credentials/recovery-code/recovery-code-store.ts';
import {
  type CredentialsWorld,
  createCredentialsWorld,
  createTestStorage,
} from '../support/credentials-world.ts';

const origin = { ip: '192.0.2.1' };

describe('recovery code', () => {
  let world: CredentialsWorld;
  beforeEach(async () => {
    world = await createCredentialsWorld();
    world.addPerson('ada');
  });
  afterEach(() => world.close());

  const issue = () => world.credentials.recoveryCodes.issue('ada', { actor: 'system' });
  const verify = async (input: string) =>
    (await world.credentials.recoveryCodes.verify('ada', input, origin)).outcome;

  it('J1 is 32 decimal digits, shown as eight groups of four', async () => {
    const code = await issue();
    expect(code).toMatch(/^[0-9]{32}$/);
    expect(groupsOf(code)).toHaveLength(8);
    expect(groupsOf(code).every((group) => group.length === 4)).toBe(true);
    expect(await issue()).not.toBe(code);
  });

  it('J2 only a salted slow hash is kept', async () => {
    const code = await issue();
    const stored = await world.collections.get('recovery-codes')?.get('ada');
    expect(stored).toMatchObject({ hash: expect.stringMatching(/^\$argon2id\$/) });
    expect(JSON.stringify(stored)).not.toContain(code);
    expect(JSON.stringify(await world.told())).not.toContain(code);
  });

  it('J3 spaces, dashes and line breaks are ignored', async () => {
    const groups = groupsOf(await issue());
    expect(await verify(`  ${groups.slice(0, 4).join(' - ')}\n${groups.slice(4).join('–')} `)).toBe('ok');
    expect(parseRecoveryCode('1'.repeat(31))).toBeUndefined();
    expect(parseRecoveryCode(`${'1'.repeat(31)}x`)).toBeUndefined();
  });

  it('J4 its use is mailed and audited', async () => {
    const code = await issue();
    await world.told();
    expect(await verify(code)).toBe('ok');
    const { mails, events } = await world.told();
    expect(mails).toEqual([
      expect.objectContaining({ kind: 'recovery-code-used', to: 'ada@people.example' }),
    ]);
    expect(events).toEqual([expect.objectContaining({ type: 'recovery-code.used', ip: '192.0.2.1' })]);
  });

  it('J5 a second use fails', async () => {
    const code = await issue();
    expect(await verify(code)).toBe('ok');
    expect(await verify(code)).toBe('none');
    expect(await world.credentials.recoveryCodes.status('ada')).toEqual({ exists: false });
  });

  it('X33 of parallel uses one wins, with one mail', async () => {
    const code = await issue();
    await world.told();
    const verdicts = await Promise.all(Array.from({ length: 5 }, () => verify(code)));
    expect(verdicts.filter((verdict) => verdict === 'ok')).toHaveLength(1);
    const { mails } = await world.told();
    expect(mails.filter(({ kind }) => kind === 'recovery-code-used')).toHaveLength(1);
  });

  it('J9 a new code voids the former', async () => {
    const former = await issue();
    const code = await issue();
    expect(await verify(former)).toBe('wrong');
    expect(await verify(code)).toBe('ok');
  });

  it('J9 X33 a code that was replaced while it was verified ends nothing', async () => {
    const { storage } = createTestStorage();
    const codes = createRecoveryCodeStore(storage);
    await storage.open();
    await codes.replace('ada', 'first', 0, []);
    await codes.replace('ada', 'second', 0, []);
    expect(await codes.end('ada', 1, [])).toBe(false);
    expect(await codes.get('ada')).toMatchObject({ hash: 'second', version: 2 });
    await storage.close();
  });

  it('X33 guesses are throttled, and so is the right code then', async () => {
    const code = await issue();
    const guess = '0'.repeat(32);
    for (let n = 0; n < 5; n++) expect(await verify(guess)).toBe('wrong');
    expect(await verify(guess)).toBe('throttled');
    expect(await verify(code)).toBe('throttled');
    world.clock.at += 600_000;
    expect(await verify(code)).toBe('ok');
  });

  it('none is told without a code, and after its removal', async () => {
    const { recoveryCodes } = world.credentials;
    expect(await verify('1'.repeat(32))).toBe('none');
    const code = await issue();
    const createdAt = world.clock.at;
    expect(await recoveryCodes.status('ada')).toEqual({ exists: true, createdAt, unsaved: true });
    await recoveryCodes.confirmSaved('ada');
    expect(await recoveryCodes.status('ada')).toEqual({ exists: true, createdAt });
    expect(await recoveryCodes.remove('ada')).toBe(true);
    expect(await verify(code)).toBe('none');
    expect(await recoveryCodes.remove('ada')).toBe(false);
  });
});
