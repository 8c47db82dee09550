import type { Account } from '#accounts';
import { createCredentials } from '#credentials';
import { createInvitations, type Invitations } from '#invitations';
import { company, createDirectory, type Directory } from '../support/directory.ts';
import { credentialsParts } from '../support/directory-credentials.ts';

const admin = { actor: 'the-administrator' };
const PASSWORD = 'Battery-Staple-8';

describe('what an invitation makes of account and membership', () => {
  let directory: Directory;
  let invitations: Invitations;
  let credentials: ReturnType<typeof createCredentials>;
  beforeEach(async () => {
    directory = createDirectory();
    const parts = credentialsParts(directory);
    credentials = createCredentials(parts);
    const config = { issuer: parts.config.issuer, invitationDays: 14 };
    invitations = createInvitations({ ...parts, ...directory, credentials, config });
    await directory.storage.open();
    await directory.companies.put(company('acme'), admin);
  });
  afterEach(async () => {
    directory.power.restore();
    await credentials.close();
    await directory.storage.close();
  });

  async function invite(email: string): Promise<string> {
    await directory.emitted();
    await invitations.invite({ companyId: 'acme', email, permissions: { directory: 'admin' } }, admin);
    const mail = (await directory.emitted()).find(({ topic }) => topic === 'job');
    const { link } = mail?.payload['data'] as { link: string };
    return new URL(link).searchParams.get('token') ?? '';
  }

  /** From the first password to the membership, as the log-in does it. */
  async function acceptAll(token: string, email: string): Promise<Account> {
    const found = await invitations.inspect(token);
    if (found.outcome === 'open') {
      const opened = await invitations.openAccount(found.invitation, { newsletter: true, origin: {} });
      if (!opened) throw new Error('deactivated');
      await credentials.passwords.setFirst(opened, PASSWORD, { minLength: 8, actor: opened.id });
    }
    const account = await directory.accounts.byEmail(email);
    if (!account) throw new Error('no account');
    const { outcome } = await invitations.accept(token, account, {});
    if (outcome !== 'accepted') throw new Error(outcome);
    return account;
  }

  it('A14 W19 a crash at any write leaves an open link or a finished member, and the next try ends the work', async () => {
    let cuts = 0;
    for (let writes = 0, tried = 'cut'; tried === 'cut'; writes++) {
      const email = `nina${writes}@new.example`;
      const token = await invite(email);
      directory.power.cutAfter(writes);
      tried = await acceptAll(token, email).then(
        () => 'done',
        () => 'cut',
      );
      directory.power.restore();
      if (tried === 'cut') cuts++;
      const account = await acceptAll(token, email);
      const membership = await directory.companies.membership('acme', account.id);
      expect(membership).toMatchObject({ status: 'active', permissions: { directory: 'admin' } });
      expect((await invitations.inspect(token)).outcome).toBe('accepted');
      const verdict = await credentials.passwords.verify({ account, password: PASSWORD, origin: {} });
      expect(verdict.outcome).toBe('ok');
    }
    expect(cuts).toBeGreaterThan(4);
  });

  it('A2 A18 invited again or sent again without a language it keeps the one it has, with one it changes', async () => {
    const about = { companyId: 'acme', email: 'nina@new.example' };
    const languages = async (act: () => Promise<unknown>) => {
      await directory.emitted();
      await act();
      const mails = (await directory.emitted()).filter(({ topic }) => topic === 'job');
      return mails.map(({ payload }) => payload['locale']);
    };
    expect(await languages(() => invitations.invite({ ...about, locale: 'fr' }, admin))).toEqual(['fr']);
    expect(await languages(() => invitations.invite(about, admin))).toEqual(['fr']);
    expect(await languages(() => invitations.resend('acme', about.email, admin))).toEqual(['fr']);
    await invitations.revoke('acme', about.email, admin);
    expect(await languages(() => invitations.invite(about, admin))).toEqual(['fr']);
    expect(await languages(() => invitations.invite({ ...about, locale: 'en' }, admin))).toEqual(['en']);
  });

  it('X4 a change to the address that somebody began and nobody proved gives way to its owner', async () => {
    const attacker = await directory.accounts.create({
      email: 'mallory@other.example',
      name: 'Mallory',
      status: 'active',
      emailVerified: true,
    });
    if (attacker.outcome !== 'created') throw new Error(attacker.outcome);
    const { id } = attacker.account;
    directory.power.cutAfter(1);
    await expect(directory.accounts.changeEmail(id, 'owner@new.example', admin)).rejects.toThrow();
    directory.power.restore();
    expect((await directory.accounts.resolveAddress('owner@new.example'))?.state).toBe('pending');
    const owner = await acceptAll(await invite('owner@new.example'), 'owner@new.example');
    expect(owner.id).not.toBe(id);
    const late = await directory.accounts.changeEmail(id, 'owner@new.example', { ...admin, verified: true });
    expect(late.outcome).toBe('address-taken');
  });

  it('X4 leaves an account alone that is deactivated, or gets another address, in this very moment', async () => {
    for (const [email, meanwhile] of [
      ['gone@new.example', (id: string) => directory.accounts.setStatus(id, 'inactive', admin)],
      ['moved@new.example', (id: string) => directory.accounts.changeEmail(id, 'new@new.example', admin)],
    ] as const) {
      await directory.accounts.create({ email, name: 'Gil', status: 'active', emailVerified: false });
      const found = await invitations.inspect(await invite(email));
      if (found.outcome !== 'open') throw new Error(found.outcome);
      const { id } = (await directory.accounts.byEmail(email)) as Account;
      const { forgetAll } = credentials;
      credentials.forgetAll = async (...about) => {
        await forgetAll(...about);
        await meanwhile(id);
      };
      expect(await invitations.openAccount(found.invitation, { origin: {} })).toBeUndefined();
      credentials.forgetAll = forgetAll;
      const after = (await directory.accounts.byId(id)) as Account;
      expect([after.status, after.email]).not.toEqual(['active', email]);
    }
  });

  it('W19 two who accept at once are one member; a revocation meanwhile leaves none', async () => {
    const token = await invite('twice@new.example');
    const [first, second] = await Promise.all([
      acceptAll(token, 'twice@new.example'),
      acceptAll(token, 'twice@new.example').catch(() => undefined),
    ]);
    expect(second?.id ?? first.id).toBe(first.id);
    const revoked = await invite('late@new.example');
    const found = await invitations.inspect(revoked);
    if (found.outcome !== 'open') throw new Error(found.outcome);
    const account = await invitations.openAccount(found.invitation, { origin: {} });
    if (!account) throw new Error('deactivated');
    await invitations.revoke('acme', 'late@new.example', admin);
    expect(await invitations.accept(revoked, account, {})).toEqual({ outcome: 'refused' });
    expect(await directory.companies.membership('acme', account.id)).toBeUndefined();
  });

  it('X40 the link of one address joins nobody else, and the list of one company shows its own only', async () => {
    const token = await invite('one@new.example');
    const other = await acceptAll(await invite('two@new.example'), 'two@new.example');
    expect(await invitations.accept(token, other, {})).toEqual({ outcome: 'refused' });
    await directory.companies.put(company('beta'), admin);
    expect((await invitations.list('beta')).items).toEqual([]);
    expect((await invitations.list('acme')).items.map(({ state }) => state).sort()).toEqual([
      'accepted',
      'invited',
    ]);
    expect(await invitations.revoke('beta', 'one@new.example', admin)).toEqual({ outcome: 'unknown' });
  });
});
