import { createDirectory, type Directory } from '../support/directory.ts';

let directory: Directory;
beforeEach(async () => {
  directory = createDirectory();
  await directory.storage.open();
});
afterEach(() => directory.storage.close());

const ada = { email: 'Ada@Other.example', name: 'Ada', status: 'active', emailVerified: true } as const;
const admin = { actor: 'operator-cli' };

async function created(person: { email: string } = ada) {
  const outcome = await directory.accounts.create({ ...ada, ...person });
  if (outcome.outcome !== 'created') throw new Error(outcome.outcome);
  return outcome.account;
}

describe('one address, one account', () => {
  it('W20 case, spaces, full-width letters and IDNA forms of one address lead to one account', async () => {
    const account = await created({ email: '  Ada@BÜCHER.example ' });
    expect(account.email).toBe('Ada@BÜCHER.example');
    for (const email of ['ada@bücher.example', 'ADA@xn--bcher-kva.example', 'Ａda@bücher.example']) {
      expect(await directory.accounts.create({ ...ada, email })).toEqual({
        outcome: 'address-taken',
        accountId: account.id,
      });
    }
    expect(await directory.accounts.byEmail('ada@xn--bcher-kva.example')).toEqual(account);
  });

  it('refuses what is no address', async () => {
    expect(await directory.accounts.create({ ...ada, email: 'ada@' })).toEqual({
      outcome: 'invalid-address',
    });
  });

  it('W20 of twenty parallel creations of one address exactly one wins', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        directory.accounts.create({ ...ada, email: i % 2 ? ada.email : 'ada@other.example' }),
      ),
    );
    expect(outcomes.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
    expect(outcomes.filter(({ outcome }) => outcome === 'address-taken')).toHaveLength(19);
  });

  it('a creation that died after its reservation is taken over by the next', async () => {
    const { accounts } = directory;
    directory.power.cutAfter(1);
    await expect(created()).rejects.toThrow('the power went');
    directory.power.restore();
    const account = await created();
    expect(await accounts.resolveAddress('ada@other.example')).toEqual({ state: 'primary', account });
  });
});

describe('changing the address', () => {
  it('B11 the old address stays with the account, gets a mail and can be taken by nobody', async () => {
    const account = await created();
    await directory.emitted();
    const changed = await directory.accounts.changeEmail(account.id, 'ada@new.example', admin);
    expect(changed).toMatchObject({
      outcome: 'changed',
      account: { email: 'ada@new.example', epoch: 1, emailVerified: false },
    });
    expect(await directory.accounts.byEmail('ada@other.example')).toBeUndefined();
    expect(await directory.accounts.resolveAddress('ada@other.example')).toMatchObject({
      state: 'retired',
      account: { id: account.id },
    });
    expect(await directory.accounts.create(ada)).toEqual({ outcome: 'address-taken', accountId: account.id });
    expect(await directory.emitted()).toMatchObject([
      {
        topic: 'audit',
        payload: { type: 'account.address-changed', actor: 'operator-cli', accountId: account.id },
      },
      {
        topic: 'job',
        payload: {
          kind: 'address-changed',
          to: 'Ada@Other.example',
          data: { newAddress: 'ada@new.example' },
        },
      },
    ]);
  });

  it('X38 raises the epoch with the change itself and tells the bus', async () => {
    const { id } = await created();
    await directory.accounts.changeEmail(id, 'ada@new.example', admin);
    expect(directory.heard).toContainEqual({
      name: 'account.epoch-raised',
      event: { accountId: id, epoch: 1, reason: 'address-changed' },
    });
    expect(await directory.accounts.raiseEpoch(id, 'factor-changed')).toBe(2);
    expect((await directory.accounts.byId(id))?.epoch).toBe(2);
    expect(directory.heard).toContainEqual({
      name: 'account.epoch-raised',
      event: { accountId: id, epoch: 2, reason: 'factor-changed' },
    });
  });

  it("refuses somebody else's address, current or retired", async () => {
    const { id } = await created();
    const other = await created({ email: 'bob@other.example' });
    await directory.accounts.changeEmail(other.id, 'bob@new.example', admin);
    for (const email of ['bob@new.example', 'bob@other.example']) {
      expect(await directory.accounts.changeEmail(id, email, admin)).toEqual({ outcome: 'address-taken' });
    }
  });

  it('may go back to an address of its own', async () => {
    const { id } = await created();
    await directory.accounts.changeEmail(id, 'ada@new.example', admin);
    await directory.accounts.changeEmail(id, ada.email, admin);
    expect(await directory.accounts.resolveAddress('ada@other.example')).toMatchObject({ state: 'primary' });
    expect(await directory.accounts.resolveAddress('ada@new.example')).toMatchObject({ state: 'retired' });
  });

  it('cut off at any write, it is undone or done, and done by the next attempt', async () => {
    for (let step = 1; step <= 4; step++) {
      const email = `ada${step}@other.example`;
      const wanted = `ada${step}@new.example`;
      const { id } = await created({ email });
      directory.power.cutAfter(step - 1);
      await expect(directory.accounts.changeEmail(id, wanted, admin)).rejects.toThrow('the power went');
      directory.power.restore();

      const now = await directory.accounts.byId(id);
      const states = [
        await directory.accounts.resolveAddress(email),
        await directory.accounts.resolveAddress(wanted),
      ];
      const primary = states.filter((one) => one?.state === 'primary');
      expect(primary).toHaveLength(1);
      expect(primary[0]?.account.emailNormalized).toBe(now?.emailNormalized);
      for (const one of states) expect(one?.account.id ?? id).toBe(id);

      await directory.accounts.changeEmail(id, wanted, admin);
      expect(await directory.accounts.resolveAddress(wanted)).toMatchObject({
        state: 'primary',
        account: { id },
      });
      expect(await directory.accounts.resolveAddress(email)).toMatchObject({
        state: 'retired',
        account: { id },
      });
    }
  });

  it('of two accounts that want one address at once, one gets it', async () => {
    const [a, b] = [await created(), await created({ email: 'bob@other.example' })];
    const outcomes = await Promise.all(
      [a, b].map(({ id }) => directory.accounts.changeEmail(id, 'x@new.example', admin)),
    );
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['address-taken', 'changed']);
  });
});

describe('the account', () => {
  it('update keeps identity, address and epoch whatever the change returns', async () => {
    const account = await created();
    directory.clock.set(directory.clock.now() + 5);
    const next = await directory.accounts.update(account.id, (one) => ({
      ...one,
      name: 'Ada L.',
      epoch: 0,
      emailNormalized: 'root@other.example',
    }));
    expect(next).toEqual({ ...account, name: 'Ada L.', updatedAt: account.updatedAt + 5 });
  });

  it('the epoch rises under parallel raises without losing one', async () => {
    const { id } = await created();
    const epochs = await Promise.all(
      Array.from({ length: 10 }, () => directory.accounts.raiseEpoch(id, 'factor-changed')),
    );
    expect([...epochs].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('X38 deactivation raises the epoch, other states do not', async () => {
    const { id } = await created();
    expect(await directory.accounts.setStatus(id, 'inactive', admin)).toMatchObject({
      status: 'inactive',
      epoch: 1,
    });
    expect(await directory.accounts.setStatus(id, 'active', admin)).toMatchObject({
      status: 'active',
      epoch: 1,
    });
    expect(directory.heard).toEqual([
      { name: 'account.epoch-raised', event: { accountId: id, epoch: 1, reason: 'deactivated' } },
    ]);
  });

  it('A13 consent to the terms is kept with version, time and address', async () => {
    const { id } = await created();
    const account = await directory.accounts.acceptTerms(id, '2', { ip: '192.0.2.1' });
    expect(account.acceptedTerms).toEqual({ version: '2', at: directory.clock.now(), ip: '192.0.2.1' });
    expect((await directory.emitted()).at(-1)?.payload).toMatchObject({
      type: 'terms.accepted',
      details: { version: '2' },
    });
  });

  it('says so when the account is not there', async () => {
    await expect(directory.accounts.raiseEpoch('nobody', 'factor-changed')).rejects.toMatchObject({
      code: 'account-not-found',
    });
  });
});
