import type { Account } from '#accounts';
import { type CredentialsWorld, createCredentialsWorld, GOOD } from '../support/credentials-world.ts';

const MINUTE = 60_000;
const NEW = 'Brand-New-Pass-2';

describe('reset links', () => {
  let world: CredentialsWorld;
  let ada: Account;
  beforeEach(async () => {
    world = await createCredentialsWorld();
    ada = world.addPerson('ada');
    await world.credentials.passwords.importPassword('ada', { password: GOOD }, { actor: 'system' });
    await world.told();
  });
  afterEach(() => world.close());

  const links = () => world.credentials.resetLinks;
  const request = (email: string, resume?: string) =>
    links().request({ email, origin: {}, locale: 'fr', ...(resume !== undefined && { resume }) });
  async function mails() {
    return (await world.told()).mails as {
      kind: string;
      to: string;
      locale: string;
      data: Record<string, string>;
    }[];
  }
  async function mailedToken(resume?: string): Promise<string> {
    await request(ada.email, resume);
    const link = (await mails()).find(({ data }) => data['link'])?.data['link'] ?? '';
    return new URL(link).searchParams.get('token') ?? '';
  }
  const verdict = async (password: string) =>
    (await world.credentials.passwords.verify({ account: world.people.get('ada'), password, origin: {} }))
      .outcome;

  it('D4 X27 the mail goes to the account’s address with a link of the issuer’s', async () => {
    expect(await request(' ADA@people.example ')).toEqual({ outcome: 'accepted' });
    const [mail, ...more] = await mails();
    expect(mail).toMatchObject({ kind: 'password-reset', to: 'ada@people.example', locale: 'fr' });
    expect(mail?.data).toMatchObject({ name: 'Ada Example', minutes: 60 });
    expect(mail?.data['link']).toMatch(/^https:\/\/login\.example\/reset-password\?token=[\w-]{43}$/);
    expect(more).toEqual([]);
  });

  it('D2 unknown, inactive, invited and badly written addresses are answered alike and get nothing', async () => {
    world.addPerson('ina', { status: 'inactive' });
    world.addPerson('ivy', { status: 'invited' });
    for (const email of ['who@people.example', 'ina@people.example', 'ivy@people.example', 'no address']) {
      expect(await request(email)).toEqual({ outcome: 'accepted' });
    }
    expect(await mails()).toEqual([]);
  });

  it('D2 X28 every address costs the same reads and writes', async () => {
    world.addPerson('ina', { status: 'inactive' });
    world.ssoDomains.set('acme.example', { companyName: 'Acme', idpName: 'Okta' });
    const work = async (email: string) => {
      const before = { ...world.costs };
      await request(email);
      return [world.costs.reads - before.reads, world.costs.writes - before.writes];
    };
    const usual = await work(ada.email);
    for (const email of ['who@people.example', 'ina@people.example', 'who@acme.example']) {
      expect([email, await work(email)]).toEqual([email, usual]);
    }
    // Over the limit, too, known and unknown cost the same.
    for (let n = 0; n < 5; n++) expect(await work(ada.email)).toEqual(await work('who@people.example'));
  });

  it('D8 D9 W3 an SSO address gets its company’s text and no token, with an account or without', async () => {
    world.ssoDomains.set('acme.example', {
      companyName: 'Acme',
      idpName: 'Okta',
      itContact: 'it@acme.example',
    });
    const bob = world.addPerson('bob', { email: 'bob@acme.example', name: 'Bob' });
    await world.credentials.passwords.importPassword(bob.id, { password: GOOD }, { actor: 'system' });
    await world.told();
    await request('bob@acme.example');
    await request('who@acme.example');
    const sent = await mails();
    expect(sent).toEqual([
      expect.objectContaining({ kind: 'password-reset-sso', to: 'bob@acme.example' }),
      expect.objectContaining({ kind: 'password-reset-sso', to: 'who@acme.example' }),
    ]);
    expect(sent[0]?.data).toEqual({
      name: 'Bob',
      companyName: 'Acme',
      idpName: 'Okta',
      itContact: 'it@acme.example',
    });
    expect(JSON.stringify(sent)).not.toContain('token');
  });

  it('B11 a retired address is told the new one and gets no link', async () => {
    world.addresses.set('old@people.example', { state: 'retired', accountId: 'ada' });
    await request('old@people.example');
    expect(await mails()).toEqual([
      expect.objectContaining({
        kind: 'retired-address',
        to: 'old@people.example',
        data: { newAddress: 'ada@people.example' },
      }),
    ]);
  });

  it('D8 B11 a retired address of somebody who signs in at an IdP today is told of that, too', async () => {
    world.addresses.set('old@former.example', { state: 'retired', accountId: 'ada' });
    world.ssoDomains.set('people.example', { companyName: 'People', idpName: 'Okta' });
    await request('old@former.example');
    expect(await mails()).toMatchObject([{ kind: 'password-reset-sso', to: 'old@former.example' }]);
  });

  it('X4 an address that somebody only asked for gets no link to the account', async () => {
    world.addresses.set('wished@people.example', { state: 'pending', accountId: 'ada' });
    await request('wished@people.example');
    expect(await mails()).toEqual([]);
  });

  it('X32 one address gets ten mails a quarter of an hour, however many ask at once', async () => {
    await Promise.all(Array.from({ length: 20 }, () => request(ada.email)));
    expect(await mails()).toHaveLength(10);
    world.clock.at += 15 * MINUTE;
    await request(ada.email);
    expect(await mails()).toHaveLength(1);
  });

  it('a request over the limit leaves the last link alive', async () => {
    let last = '';
    for (let n = 0; n < 10; n++) last = await mailedToken();
    for (let n = 0; n < 3; n++) await request(ada.email);
    expect((await links().inspect(last)).outcome).toBe('valid');
  });

  it('W6 D4 looking at a link never spends it', async () => {
    const token = await mailedToken('resume-key');
    for (let n = 0; n < 5; n++) {
      expect(await links().inspect(token)).toMatchObject({
        outcome: 'valid',
        account: { id: 'ada' },
        resume: 'resume-key',
      });
    }
    expect(await links().complete(token, NEW, 8)).toEqual({ outcome: 'done', resume: 'resume-key' });
  });

  it('D5 a refusal by the rules names them and doesn’t spend the link', async () => {
    const token = await mailedToken();
    expect(await links().complete(token, 'weak', 8)).toMatchObject({ outcome: 'refused' });
    expect(await links().complete(token, GOOD, 8)).toEqual({ outcome: 'refused', unmet: ['history'] });
    expect(await links().complete(token, NEW, 8)).toEqual({ outcome: 'done' });
  });

  it('W6 a used link says so until a day after its end', async () => {
    const token = await mailedToken();
    await links().complete(token, NEW, 8);
    expect(await links().inspect(token)).toEqual({ outcome: 'used' });
    expect(await links().complete(token, `${NEW}3`, 8)).toEqual({ outcome: 'used' });
    world.clock.at += 24 * 60 * MINUTE;
    expect(await links().inspect(token)).toEqual({ outcome: 'used' });
    world.clock.at += 61 * MINUTE;
    expect(await links().inspect(token)).toEqual({ outcome: 'unknown' });
  });

  it('D4 a link ends after an hour, and a newer one ends it at once', async () => {
    const first = await mailedToken();
    const second = await mailedToken();
    expect(await links().inspect(first)).toEqual({ outcome: 'unknown' });
    world.clock.at += 60 * MINUTE - 1;
    expect((await links().inspect(second)).outcome).toBe('valid');
    world.clock.at += 1;
    expect(await links().inspect(second)).toEqual({ outcome: 'expired' });
    expect(await links().complete(second, NEW, 8)).toEqual({ outcome: 'expired' });
    expect(await links().inspect('made-up')).toEqual({ outcome: 'unknown' });
  });

  it('D4 of parallel completions exactly one wins', async () => {
    const token = await mailedToken();
    const done = await Promise.all(
      ['a', 'b', 'c', 'd'].map((tail) => links().complete(token, `${NEW}${tail}`, 8)),
    );
    expect(done.map(({ outcome }) => outcome).sort()).toEqual(['done', 'used', 'used', 'used']);
    expect((await world.credentials.passwords.state('ada')).version).toBe(2);
  });

  it('D6 the sessions of before end, and the person is told once', async () => {
    const token = await mailedToken();
    await links().complete(token, NEW, 8, { ip: '192.0.2.1' });
    expect(world.people.get('ada')?.epoch).toBeGreaterThan(0);
    const { mails: sent, events } = await world.told();
    expect(sent).toEqual([expect.objectContaining({ kind: 'password-changed' })]);
    expect(events).toEqual([
      expect.objectContaining({ type: 'password.changed', ip: '192.0.2.1', details: { reason: 'reset' } }),
    ]);
    expect(await verdict(GOOD)).toBe('wrong');
    expect(await verdict(NEW)).toBe('ok');
  });

  it('D11 F4 a reset unlocks', async () => {
    const lockout = { enabled: true, attempts: 3 };
    const attempt = (password: string) =>
      world.credentials.passwords.verify({ account: ada, password, origin: {}, lockout });
    for (let n = 0; n < 3; n++) await attempt('no');
    await world.told();
    const token = await mailedToken();
    await links().complete(token, NEW, 8);
    expect(await world.credentials.passwords.lockState('ada')).toEqual({ locked: false });
    await attempt('no');
    await attempt('no');
    expect((await attempt(NEW)).outcome).toBe('ok');
  });

  it('X4 the factors that somebody prepared on an address nobody had proven die with the reset', async () => {
    world.people.set('ada', { ...ada, emailVerified: false });
    const { recoveryCodes, totp } = world.credentials;
    await recoveryCodes.issue('ada', { actor: 'ada' });
    await totp.importTotp('ada', 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', { actor: 'ada' });
    const token = await mailedToken();
    expect((await links().complete(token, NEW, 8)).outcome).toBe('done');
    expect([(await totp.status('ada')).enrolled, (await recoveryCodes.status('ada')).exists]).toEqual([
      false,
      false,
    ]);
    expect(world.people.get('ada')?.emailVerified).toBe(true);
  });

  it('X29 a reset gives no second-factor tries back', async () => {
    await world.credentials.totp.importTotp('ada', 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', { actor: 'system' });
    for (let n = 0; n < 5; n++) await world.credentials.recoveryCodes.verify('ada', '1', {});
    for (let n = 0; n < 6; n++) await world.credentials.totp.verify('ada', '000000', {});
    const token = await mailedToken();
    await links().complete(token, NEW, 8);
    expect(await world.credentials.totp.verify('ada', '000000', {})).toEqual({ outcome: 'throttled' });
  });

  it('W3 a domain targeted after the mail leaves the link worthless', async () => {
    const token = await mailedToken();
    world.ssoDomains.set('people.example', { companyName: 'People', idpName: 'Okta' });
    expect(await links().inspect(token)).toEqual({ outcome: 'sso' });
    expect(await links().complete(token, NEW, 8)).toEqual({ outcome: 'sso' });
    expect((await world.credentials.passwords.state('ada')).version).toBe(1);
  });

  it('X38 a link dies with a change of password or address, and with the account', async () => {
    const token = await mailedToken();
    const change = (one: Partial<Account>) => world.people.set('ada', { ...ada, ...one });
    change({ emailNormalized: 'new@people.example' });
    expect(await links().inspect(token)).toEqual({ outcome: 'expired' });
    change({ status: 'inactive' });
    expect(await links().complete(token, NEW, 8)).toEqual({ outcome: 'expired' });
    change({});
    expect((await links().inspect(token)).outcome).toBe('valid');
    await world.credentials.passwords.set(ada, 'Other-Password-9', {
      minLength: 8,
      reason: 'profile',
      actor: 'system',
    });
    expect(await links().inspect(token)).toEqual({ outcome: 'expired' });
    expect(await links().complete(token, NEW, 8)).toEqual({ outcome: 'expired' });
  });

  it('X38 a password that was changed while the new one was looked at leaves the link worthless', async () => {
    const token = await mailedToken();
    const turns = world.collections.get('new-passwords');
    if (!turns) throw new Error('no such collection');
    const { increment } = turns;
    turns.increment = async (...args) => {
      turns.increment = increment;
      const options = { minLength: 8, reason: 'profile', actor: 'ada' } as const;
      await world.credentials.passwords.set(ada, 'Other-Password-9', options);
      return increment(...args);
    };
    expect(await links().complete(token, NEW, 8)).toEqual({ outcome: 'expired' });
    expect([await verdict(NEW), await verdict('Other-Password-9')]).toEqual(['wrong', 'ok']);
  });

  it('X31 neither the store nor the audit knows the token', async () => {
    const token = await mailedToken();
    const stored = await world.collections.get('reset-links')?.get('ada');
    expect(JSON.stringify(stored)).not.toContain(token);
    await request(ada.email);
    const { events } = await world.told();
    expect(events.map(({ type }) => type)).toEqual(['password-reset.requested']);
    expect(JSON.stringify(events)).not.toMatch(/token|example/);
  });
});
