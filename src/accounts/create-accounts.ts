import { type Acting, type AuditKind, actedBy } from '#audit';
import { AppError, type EpochReason } from '#kernel';
import type { Account } from './account.ts';
import { type AccountStore, createAccountStore } from './account-store.ts';
import type { Accounts, ResolvedAddress } from './accounts.ts';
import { changeEmail } from './change-email.ts';
import { createAccount } from './create-account.ts';
import type { AccountsParts } from './ports.ts';

/** Declares the collections of accounts and addresses: to be called before the storage opens. */
export function createAccounts(parts: AccountsParts): Accounts {
  const store = createAccountStore(parts.storage);
  const { accounts } = store;
  return {
    byId: (id) => accounts.get(id),
    getMany: (ids) => accounts.getMany(ids),
    byEmail: (normalized) => store.byEmail(normalized),
    resolveAddress: (normalized) => resolveAddress(store, normalized),
    create: (person) => createAccount(store, parts, person),
    update: (id, change, options) =>
      accounts.update(id, (account) => restrict(account, change(account), parts.clock.now()), options),
    raiseEpoch: (id, reason) => raiseEpoch(store, parts, id, reason),
    changeEmail: (id, newEmail, options) => changeEmail(store, parts, id, newEmail, options),
    async proveAddress(id) {
      if ((await accounts.get(id))?.emailVerified !== false) return;
      await parts.events.emit('account.taken-over', { accountId: id });
      const updatedAt = parts.clock.now();
      await accounts.update(id, ({ acceptedTerms, newsletter, alwaysSecondFactor, ...account }) =>
        account.emailVerified ? undefined : { ...account, emailVerified: true, updatedAt },
      );
    },
    acceptTerms(id, version, origin) {
      const { ip } = origin;
      const at = parts.clock.now();
      const acting = { actor: id, origin };
      return audited(store, parts, id, acting, 'terms.accepted', { version }, (account) => ({
        ...account,
        acceptedTerms: { version, at, ...(ip && { ip }) },
      }));
    },
    setStatus: (id, status, acting) => setStatus(store, parts, id, status, acting),
  };
}

/** What `update` may not touch: identity, address and epoch have use cases of their own. */
function restrict(before: Account, after: Account | undefined, now: number): Account | undefined {
  if (!after) return undefined;
  const { id, email, emailNormalized, epoch, createdAt } = before;
  return { ...after, id, email, emailNormalized, epoch, createdAt, updatedAt: now };
}

async function resolveAddress(store: AccountStore, normalized: string): Promise<ResolvedAddress | undefined> {
  const primary = await store.byEmail(normalized);
  if (primary) return { state: 'primary', account: primary };
  const address = await store.addresses.get(normalized);
  const account = address && (await store.accounts.get(address.accountId));
  if (!account) return undefined;
  // Its account carries another address by now: the change was cut off before the release.
  return { state: address.state === 'primary' ? 'retired' : address.state, account };
}

async function raiseEpoch(
  store: AccountStore,
  { clock, events }: AccountsParts,
  id: string,
  reason: EpochReason,
): Promise<number> {
  const account = await store.accounts.update(id, (one) => ({
    ...one,
    epoch: one.epoch + 1,
    updatedAt: clock.now(),
  }));
  if (!account) throw new AppError('account-not-found', 404);
  await events.emit('account.epoch-raised', { accountId: id, epoch: account.epoch, reason });
  return account.epoch;
}

async function setStatus(
  store: AccountStore,
  parts: AccountsParts,
  id: string,
  status: Account['status'],
  acting: Acting,
): Promise<Account> {
  const account = await audited(store, parts, id, acting, 'account.status-changed', { status }, (one) => ({
    ...one,
    status,
    epoch: status === 'inactive' && one.status !== 'inactive' ? one.epoch + 1 : one.epoch,
  }));
  const { epoch } = account;
  if (status === 'inactive') {
    await parts.events.emit('account.epoch-raised', { accountId: id, epoch, reason: 'deactivated' });
  }
  return account;
}

/** A change with its audit event in the same write. */
async function audited(
  store: AccountStore,
  { clock, audit }: AccountsParts,
  id: string,
  acting: Acting,
  type: AuditKind,
  details: Record<string, string>,
  change: (account: Account) => Account,
): Promise<Account> {
  const event = audit.emission({ type, ...actedBy(acting), accountId: id, details });
  const account = await store.accounts.update(id, (one) => ({ ...change(one), updatedAt: clock.now() }), {
    emit: () => [event],
  });
  if (!account) throw new AppError('account-not-found', 404);
  return account;
}
