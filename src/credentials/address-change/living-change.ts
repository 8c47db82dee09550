import type { Account } from '#accounts';
import type { SsoRouting } from '../ports.ts';
import type { AddressChangeParts } from './address-change-parts.ts';
import type { AddressSide, StoredAddressChange } from './address-change-store.ts';

interface LivingChange {
  change: StoredAddressChange;
  /** Whose mailbox the link was sent to. */
  side: AddressSide;
  account: Account;
}

/** The change behind a link, while everything that it rests on is as it was. */
export async function livingChange(
  { changes, accounts, ssoRouting }: AddressChangeParts,
  token: string,
): Promise<LivingChange | undefined> {
  const found = await changes.byToken(token);
  const account = found && (await accounts.byId(found.change.accountId));
  if (!found || account?.status !== 'active') return undefined;
  const { epoch, oldNormalized, newNormalized } = found.change;
  const same = account.epoch === epoch && account.emailNormalized === oldNormalized;
  // Asked again at each hop: a domain may have been targeted since (W3).
  return same && !(await hasSso(ssoRouting, [oldNormalized, newNormalized]))
    ? { ...found, account }
    : undefined;
}

/** Whether people of one of the addresses sign in at their company's provider. */
export async function hasSso(routing: SsoRouting, addresses: readonly string[]): Promise<boolean> {
  const targets = await Promise.all(addresses.map(routing.isSsoTargeted));
  return targets.some((target) => target !== undefined);
}
