import { type Clock, HOUR } from '#kernel';
import type { Account } from './account.ts';
import type { AccountStore } from './account-store.ts';

/** An abandoned reservation is free again after this. */
const RESERVATION_MS = HOUR;

export type Reservation = { outcome: 'reserved' } | { outcome: 'taken'; accountId: string };

/** Takes an address for an account before the account carries it; harmless when nothing follows. */
export async function reserveAddress(
  store: AccountStore,
  clock: Clock,
  address: string,
  accountId: string,
  /** `overPending`: the address is proven, so that nobody's unproven wish for it stands in the way (X4). */
  options: { overPending?: boolean } = {},
): Promise<Reservation> {
  const now = clock.now();
  const reservation = {
    address,
    accountId,
    state: 'pending',
    since: now,
    expiresAt: now + RESERVATION_MS,
  } as const;
  const holder = await store.byEmail(address);
  if (holder && holder.id !== accountId) return { outcome: 'taken', accountId: holder.id };
  if (await store.addresses.insertIfAbsent(reservation)) return { outcome: 'reserved' };

  const existing = await store.addresses.get(address);
  if (!existing) return reserveAddress(store, clock, address, accountId, options);
  if (existing.accountId === accountId) return { outcome: 'reserved' };
  const givesWay = options.overPending === true && existing.state === 'pending';
  if (!givesWay && (await store.accounts.get(existing.accountId)))
    return { outcome: 'taken', accountId: existing.accountId };
  // Reserved for an account that was never made: a creation died here. Should it still live, the unique address decides.
  const abandoned = existing.accountId;
  const moved = await store.addresses.update(address, (doc) =>
    doc.accountId === abandoned && doc.state === existing.state ? reservation : undefined,
  );
  return moved ? { outcome: 'reserved' } : reserveAddress(store, clock, address, accountId, options);
}

/** Makes the reservations say what the account says: its address primary, former ones retired. Repeatable. */
export async function settleAddresses(store: AccountStore, clock: Clock, account: Account): Promise<void> {
  const { id: accountId, emailNormalized: address } = account;
  const all = await store.addressesOf(accountId);
  const settled = all.some((one) => one.address === address && one.state === 'primary');
  if (!settled) await store.addresses.put({ address, accountId, state: 'primary', since: clock.now() });
  for (const former of all) {
    if (former.address === address || former.state !== 'primary') continue;
    await store.addresses.put({ address: former.address, accountId, state: 'retired', since: clock.now() });
  }
}
