import type { ResolveIdentity, UpstreamIdentity } from '#federation';
import {
  createFederatedDirectory,
  type FederatedDirectory,
} from '../support/upstream/federated-directory.ts';

let directory: FederatedDirectory;
beforeEach(async () => {
  directory = await createFederatedDirectory();
});
afterEach(() => directory.close());

const ADA = 'ada@acme.example';

function resolve(identity: UpstreamIdentity, more: Partial<ResolveIdentity> = {}) {
  return directory.federation.signIn.resolve({ identity, connection: directory.acme, ...more });
}

async function person(
  email: string,
  facts: { emailVerified?: boolean; status?: 'active' | 'inactive' | 'invited' } = {},
) {
  const made = await directory.accounts.create({
    email,
    name: 'Ada',
    status: 'active',
    emailVerified: true,
    ...facts,
  });
  if (made.outcome !== 'created') throw new Error(made.outcome);
  return made.account;
}

const signedIn = (outcome: Awaited<ReturnType<typeof resolve>>) => {
  if (outcome.outcome !== 'signed-in') throw new Error(outcome.code);
  return outcome;
};
const linkedEvents = async () =>
  (await directory.emitted())
    .filter(({ payload }) => payload['type'] === 'federation.linked')
    .map(({ payload }) => payload);

describe('a first sign-in', () => {
  it('makes an account and a membership without permissions, then knows the person by key', async () => {
    const first = signedIn(await resolve(directory.identity('Ada@acme.example', { amr: ['pwd'] })));
    expect(first).toMatchObject({ membershipCreated: true, linked: 'provisioned' });
    expect(first.account).toMatchObject({
      email: 'Ada@acme.example',
      emailNormalized: ADA,
      emailVerified: true,
    });
    expect(await directory.companies.membership('acme', first.account.id)).toMatchObject({
      ...{ status: 'active', permissions: { companyAdmin: 'none', directory: 'none' } },
    });
    const again = signedIn(await resolve(directory.identity('Ada@acme.example')));
    expect(again).toMatchObject({
      membershipCreated: false,
      linked: 'existing',
      account: { id: first.account.id },
    });
    expect(await linkedEvents()).toEqual([
      expect.objectContaining({ accountId: first.account.id, companyId: 'acme', actor: first.account.id }),
    ]);
  });

  it('is refused where the company makes no accounts this way', async () => {
    await directory.federation.connections.put(
      { ...directory.acme, jitProvisioning: false },
      { actor: 'system' },
    );
    expect(await resolve(directory.identity(ADA))).toEqual({
      outcome: 'refused',
      code: 'federation.not-provisioned',
    });
    expect(await directory.accounts.byEmail(ADA)).toBeUndefined();
  });

  it('is refused when the provider says that the address is not proven', async () => {
    expect(await resolve(directory.identity(ADA, { emailVerified: false }))).toMatchObject({
      code: 'federation.not-provisioned',
    });
  });

  it('W8 two at the same time make one account', async () => {
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => resolve(directory.identity(ADA))));
    expect(new Set(outcomes.map((outcome) => signedIn(outcome).account.id)).size).toBe(1);
    expect(await linkedEvents()).toHaveLength(1);
  });

  it('goes on after a crash at any step, without a second account', async () => {
    let step = 0;
    for (let done = false; !done; step++) {
      const email = `person${step}@acme.example`;
      directory.power.cutAfter(step);
      done = (await resolve(directory.identity(email)).catch(() => undefined)) !== undefined;
      directory.power.restore();
      const { account } = signedIn(await resolve(directory.identity(email)));
      expect((await directory.accounts.byEmail(email))?.id).toBe(account.id);
      expect((await directory.companies.membership('acme', account.id))?.status).toBe('active');
    }
    expect(step).toBeGreaterThan(3);
  });
});

describe('linking an account that exists', () => {
  it('W8 is silent for an address that is verified here and proven by the company', async () => {
    const { id } = await person(ADA);
    expect(signedIn(await resolve(directory.identity('ADA@acme.example')))).toMatchObject({
      linked: 'new-link',
      account: { id },
    });
  });

  it('X4 is refused for an address that nobody verified here: the account may be a trap', async () => {
    const { id } = await person(ADA, { emailVerified: false });
    expect(await resolve(directory.identity(ADA))).toEqual({
      outcome: 'refused',
      code: 'federation.link-conflict',
    });
    expect(signedIn(await resolve(directory.identity(ADA), { provenAccountId: id })).linked).toBe('new-link');
  });

  it('X3 needs a proof of that very account: one of another account is worth nothing', async () => {
    await person(ADA, { emailVerified: false });
    const other = await person('eve@acme.example');
    expect(await resolve(directory.identity(ADA), { provenAccountId: other.id })).toMatchObject({
      code: 'federation.link-conflict',
    });
  });

  it('X1 is refused for an address that the provider itself does not vouch for', async () => {
    await person(ADA);
    const mutable = { identityKey: ['tenant', 'object'], emailVerified: false };
    expect(await resolve(directory.identity(ADA, mutable))).toMatchObject({
      code: 'federation.link-conflict',
    });
  });

  it('W9 a second subject with the same address gets no link to the account of the first', async () => {
    await person(ADA);
    signedIn(await resolve(directory.identity(ADA, { identityKey: ['issuer', 'first'] })));
    expect(await resolve(directory.identity(ADA, { identityKey: ['issuer', 'second'] }))).toMatchObject({
      code: 'federation.link-conflict',
    });
  });

  it('accepts an invitation, and gives nobody back a membership that was ended', async () => {
    const { id: accountId } = await person(ADA);
    const permissions = { companyAdmin: 'admin', directory: 'none' } as const;
    const membership = { companyId: 'acme', accountId, permissions, createdAt: 0 };
    await directory.companies.putMembership({ ...membership, status: 'invited' }, { actor: 'system' });
    expect(signedIn(await resolve(directory.identity(ADA))).membershipCreated).toBe(false);
    expect(await directory.companies.membership('acme', accountId)).toMatchObject({
      status: 'active',
      permissions,
    });
    await directory.companies.putMembership({ ...membership, status: 'inactive' }, { actor: 'system' });
    expect(await resolve(directory.identity(ADA))).toEqual({ outcome: 'refused', code: 'permission-denied' });
  });

  it('is refused for an inactive account, whatever was linked', async () => {
    const { id } = await person(ADA);
    signedIn(await resolve(directory.identity(ADA)));
    await directory.accounts.setStatus(id, 'inactive', { actor: 'system' });
    expect(await resolve(directory.identity(ADA))).toMatchObject({ code: 'permission-denied' });
  });
});

describe('what a provider may assert', () => {
  it.each([
    'ceo@globex.example',
    'admin@gatehouse.example',
    'ada@acme.example.evil.example',
    'no address',
  ])('X2 %s is refused at acme, and audited without the address', async (email) => {
    await person('ceo@globex.example');
    expect(await resolve(directory.identity(email))).toEqual({
      outcome: 'refused',
      code: 'federation.foreign-domain',
    });
    expect(directory.recorded).toEqual([
      expect.objectContaining({
        ...{ type: 'federation.refused', companyId: 'acme' },
        details: expect.objectContaining({ code: 'federation.foreign-domain', connection: 'acme-idp' }),
      }),
    ]);
    expect(JSON.stringify([directory.recorded, directory.logged])).not.toContain(email);
    expect((await directory.companies.membersOf('acme')).items).toEqual([]);
  });

  it('X2 a domain that another company proved without sending it anywhere is refused', async () => {
    const theirs = { domain: 'labs.example', companyId: 'globex', verified: true, ssoTargeted: false };
    await directory.companies.putDomain(theirs, { actor: 'system' });
    await person('ceo@labs.example');
    expect(await resolve(directory.identity('ceo@labs.example'))).toMatchObject({
      code: 'federation.foreign-domain',
    });
  });

  it('X2 a domain that was claimed but not verified is not proven', async () => {
    await directory.companies.putDomain(
      {
        domain: 'claimed.example',
        companyId: 'acme',
        verified: false,
        ssoTargeted: false,
      },
      { actor: 'system' },
    );
    expect(await resolve(directory.identity('ada@claimed.example'))).toMatchObject({
      code: 'federation.foreign-domain',
    });
  });

  it('W10 a domain that the company sends to another of its providers is refused at this one', async () => {
    const second = directory.connectionOf('acme', { id: 'acme-second' });
    await directory.federation.connections.put(second, { actor: 'system' });
    const identity = directory.identity(ADA, { connectionId: second.id });
    expect(await resolve(identity, { connection: second })).toMatchObject({
      code: 'federation.foreign-domain',
    });
  });

  it('X8 a connection that was disabled meanwhile is refused, also with what was read before', async () => {
    signedIn(await resolve(directory.identity(ADA)));
    await directory.federation.connections.put({ ...directory.acme, enabled: false }, { actor: 'system' });
    expect(await resolve(directory.identity(ADA))).toMatchObject({ code: 'federation.disabled' });
  });

  it('X1 an identity of another connection or tenant is a stranger, whatever address it brings', async () => {
    const { id } = await person(ADA);
    signedIn(await resolve(directory.identity(ADA)));
    const globex = directory.connectionOf('globex');
    const stranger = directory.identity(ADA, { connectionId: globex.id });
    expect(await resolve(stranger, { connection: globex })).toMatchObject({
      code: 'federation.foreign-domain',
    });
    expect(await resolve(stranger)).toMatchObject({ code: 'federation.disabled' });
    expect((await directory.companies.membershipsOf(id)).map(({ companyId }) => companyId)).toEqual(['acme']);
  });
});

describe('a change of address', () => {
  it('upstream changes nothing here', async () => {
    const { account } = signedIn(await resolve(directory.identity(ADA)));
    const married = directory.identity('ada.new@acme.example', {
      identityKey: directory.identity(ADA).identityKey,
    });
    expect(signedIn(await resolve(married))).toMatchObject({
      linked: 'existing',
      account: { id: account.id, email: ADA },
    });
  });

  it('W8 here suspends the link until the provider asserts the new address', async () => {
    const { account } = signedIn(await resolve(directory.identity(ADA)));
    const { identityKey } = directory.identity(ADA);
    await directory.accounts.changeEmail(account.id, 'ada.new@acme.example', {
      actor: 'admin',
      verified: true,
    });
    expect(await resolve(directory.identity(ADA))).toMatchObject({ code: 'federation.link-conflict' });
    const renewed = directory.identity('ada.new@acme.example', { identityKey });
    expect(signedIn(await resolve(renewed)).account.id).toBe(account.id);
    expect(signedIn(await resolve(directory.identity(ADA))).account.id).toBe(account.id);
  });

  it('W8 to a domain of nobody or of another company ends signing in through this one', async () => {
    const { account } = signedIn(await resolve(directory.identity(ADA)));
    await directory.accounts.changeEmail(account.id, 'ada@globex.example', {
      actor: 'admin',
      verified: true,
    });
    expect(await resolve(directory.identity(ADA))).toMatchObject({ code: 'federation.foreign-domain' });
  });

  it('a former address leads nobody new to the account', async () => {
    const { id } = await person(ADA);
    await directory.accounts.changeEmail(id, 'ada.new@acme.example', { actor: 'admin', verified: true });
    expect(await resolve(directory.identity(ADA))).toMatchObject({ code: 'federation.link-conflict' });
  });
});

describe('re-authentication', () => {
  it('X15 another person at the provider is refused before anything is written', async () => {
    const { account } = signedIn(await resolve(directory.identity(ADA)));
    const eve = directory.identity('eve@acme.example');
    expect(await resolve(eve, { reauthOf: account.id })).toEqual({
      outcome: 'refused',
      code: 'federation.account-mismatch',
    });
    expect(await directory.accounts.byEmail('eve@acme.example')).toBeUndefined();
    expect(signedIn(await resolve(directory.identity(ADA), { reauthOf: account.id })).account.id).toBe(
      account.id,
    );
  });
});
