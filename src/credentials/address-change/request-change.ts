import type { Account } from '#accounts';
import { type Acting, actedBy } from '#audit';
import { DEFAULT_LOCALE } from '#i18n';
import { DAY, HOUR, parseEmail, sha256 } from '#kernel';
import type { Emission } from '#storage';
import type { AddressChanges } from '../credentials.ts';
import { mailTo } from '../notices.ts';
import type { TryCounter } from '../try-counter.ts';
import type { AddressChangeParts } from './address-change-parts.ts';
import type { AddressSide, StoredAddressChange } from './address-change-store.ts';
import { hasSso } from './living-change.ts';

const LINK_HOURS = 24;
/** Mails to strangers' addresses that one account can cause (X32). */
const PER_ACCOUNT = { limit: 5, windowMs: HOUR };
const PER_ACCOUNT_AND_DAY = { limit: 10, windowMs: DAY };

/** Mails a link to both addresses. The answer is the same whether or not somebody else has the new one. */
export async function requestChange(
  parts: AddressChangeParts,
  account: Account,
  typed: string,
  acting: Acting,
): ReturnType<AddressChanges['request']> {
  const { changes, wishes, accounts, ssoRouting, clock, randomness } = parts;
  const address = parseEmail(typed);
  if (!address) return { outcome: 'invalid-address' };
  if (address.normalized === account.emailNormalized) return { outcome: 'unchanged' };
  if (await hasSso(ssoRouting, [account.emailNormalized, address.normalized])) return { outcome: 'sso' };
  if (!(await mayWish(wishes, account.id))) return { outcome: 'throttled' };
  const tokens = { old: randomness.token(), new: randomness.token() };
  const change: StoredAddressChange = {
    accountId: account.id,
    newAddress: address.display,
    newNormalized: address.normalized,
    oldNormalized: account.emailNormalized,
    epoch: account.epoch,
    oldToken: sha256(tokens.old),
    newToken: sha256(tokens.new),
    expiresAt: clock.now() + LINK_HOURS * HOUR,
  };
  // Somebody else's: the answer is the same, and only their mailbox would have learnt of it.
  const holder = await accounts.resolveAddress(address.normalized);
  const isTaken = holder !== undefined && holder.account.id !== account.id;
  await changes.save(change, notices(parts, account, change, tokens, isTaken, acting));
  return { outcome: 'requested' };
}

async function mayWish(wishes: TryCounter, accountId: string): Promise<boolean> {
  const hour = await wishes.take({ purpose: 'address', subject: accountId }, PER_ACCOUNT);
  if (!hour.allowed) return false;
  return (await wishes.take({ purpose: 'address-day', subject: accountId }, PER_ACCOUNT_AND_DAY)).allowed;
}

function notices(
  { messages, audit, issuer }: AddressChangeParts,
  account: Account,
  { newAddress, newNormalized }: StoredAddressChange,
  tokens: Record<AddressSide, string>,
  isTaken: boolean,
  acting: Acting,
): Emission[] {
  const dataFor = (side: AddressSide) => ({
    name: side === 'old' ? account.name : '',
    newAddress,
    link: `${issuer}/confirm-address?token=${tokens[side]}`,
    hours: LINK_HOURS,
  });
  const event = audit.emission({
    type: 'account.address-change-requested',
    ...actedBy(acting),
    accountId: account.id,
    details: { to: newNormalized },
  });
  const locale = account.locale ?? DEFAULT_LOCALE;
  const toNew = { kind: 'address-change-new', to: newNormalized, locale, data: dataFor('new') } as const;
  return [
    event,
    messages.emission(mailTo(account, 'address-change-old', dataFor('old'))),
    ...(isTaken ? [] : [messages.emission(toNew)]),
  ];
}
