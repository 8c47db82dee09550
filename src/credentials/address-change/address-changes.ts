import type { Account } from '#accounts';
import { type Acting, actedBy } from '#audit';
import { DEFAULT_LOCALE } from '#i18n';
import { type Clock, DAY, HOUR, parseEmail, type Randomness, sha256 } from '#kernel';
import type { Emission } from '#storage';
import type { AddressChanges } from '../credentials.ts';
import { auditOf, mailTo } from '../notices.ts';
import type { CredentialAccounts, CredentialAudit, CredentialMessages, SsoRouting } from '../ports.ts';
import type { TryCounter } from '../try-counter.ts';
import type { AddressChangeStore, AddressSide, StoredAddressChange } from './address-change-store.ts';

export interface AddressChangeParts {
  changes: AddressChangeStore;
  /** Wishes of an account. */
  wishes: TryCounter;
  accounts: Pick<CredentialAccounts, 'byId' | 'resolveAddress' | 'changeEmail'>;
  ssoRouting: SsoRouting;
  messages: CredentialMessages;
  audit: CredentialAudit;
  clock: Clock;
  randomness: Randomness;
  issuer: string;
}

const LINK_HOURS = 24;
/** Mails to strangers' addresses that one account can cause (X32). */
const PER_ACCOUNT = { limit: 5, windowMs: HOUR };
const PER_ACCOUNT_AND_DAY = { limit: 10, windowMs: DAY };

/**
 * A change of address that both mailboxes confirm. Until then nothing is taken from anybody: the new address is not reserved,
 * so whoever proves it otherwise keeps it, and the wish comes to nothing (X4).
 */
export function createAddressChanges(parts: AddressChangeParts): AddressChanges {
  const { changes, wishes, accounts, ssoRouting, audit, clock, randomness } = parts;

  async function mayWish(accountId: string): Promise<boolean> {
    const hour = await wishes.take({ purpose: 'address', subject: accountId }, PER_ACCOUNT);
    if (!hour.allowed) return false;
    return (await wishes.take({ purpose: 'address-day', subject: accountId }, PER_ACCOUNT_AND_DAY)).allowed;
  }

  /** The change behind a link, while everything that it rests on is as it was. */
  async function living(token: string) {
    const found = await changes.byToken(token);
    const account = found && (await accounts.byId(found.change.accountId));
    if (!found || account?.status !== 'active') return undefined;
    const { change } = found;
    const same = account.epoch === change.epoch && account.emailNormalized === change.oldNormalized;
    return same && !(await isSso(change)) ? { ...found, account } : undefined;
  }

  /** Asked again at each hop: a domain may have been targeted since (W3). */
  async function isSso({ oldNormalized, newNormalized }: StoredAddressChange): Promise<boolean> {
    const targets = await Promise.all([oldNormalized, newNormalized].map(ssoRouting.isSsoTargeted));
    return targets.some((target) => target !== undefined);
  }

  return {
    async request(account, typed, acting) {
      const address = parseEmail(typed);
      if (!address) return { outcome: 'invalid-address' };
      if (address.normalized === account.emailNormalized) return { outcome: 'unchanged' };
      const [own, wished] = await Promise.all(
        [account.emailNormalized, address.normalized].map(ssoRouting.isSsoTargeted),
      );
      if (own ?? wished) return { outcome: 'sso' };
      if (!(await mayWish(account.id))) return { outcome: 'throttled' };
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
    },

    async pending(account) {
      const change = await changes.of(account.id);
      if (change?.epoch !== account.epoch) return undefined;
      const { newAddress, newConfirmedAt, oldConfirmedAt } = change;
      return {
        newAddress,
        newConfirmed: newConfirmedAt !== undefined,
        oldConfirmed: oldConfirmedAt !== undefined,
      };
    },

    async cancel(accountId, acting) {
      await audit.record(auditOf('account.address-change-cancelled', accountId, acting));
      await changes.end(accountId);
    },

    async inspect(token) {
      const found = await living(token);
      if (!found) return { outcome: 'dead' };
      const { change, side, account } = found;
      return { outcome: 'valid', side, account, newAddress: change.newAddress };
    },

    async confirm(token, origin) {
      const found = await living(token);
      if (!found) return { outcome: 'dead' };
      const change = await changes.confirm(found.change, found.side, clock.now());
      if (!change) return { outcome: 'dead' };
      const { accountId, newAddress } = change;
      if (change.newConfirmedAt === undefined) return { outcome: 'waiting', for: 'new', newAddress };
      if (change.oldConfirmedAt === undefined) return { outcome: 'waiting', for: 'old', newAddress };
      const acting = { actor: accountId, origin };
      const changed = await accounts.changeEmail(accountId, newAddress, { verified: true, ...acting });
      await changes.end(accountId);
      return changed.outcome === 'changed' || changed.outcome === 'unchanged'
        ? { outcome: 'changed', newAddress }
        : { outcome: 'dead' };
    },

    async refuse(token, origin) {
      const found = await living(token);
      if (found?.side !== 'old') return false;
      const { accountId } = found.change;
      await audit.record(
        auditOf('account.address-change-cancelled', accountId, { actor: accountId, origin }),
      );
      return changes.end(accountId);
    },
  };
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
