import { actedBy } from '#audit';
import { DEFAULT_LOCALE } from '#i18n';
import { AppError, type EmailAddress, parseEmail } from '#kernel';
import { ConflictError, type Emission } from '#storage';
import type { Account } from './account.ts';
import type { AccountStore } from './account-store.ts';
import type { ChangeEmailOptions, ChangeEmailOutcome } from './accounts.ts';
import type { AccountsParts } from './ports.ts';
import { reserveAddress, settleAddresses } from './reserve-address.ts';

/**
 * Reserve → switch → release. The switch is one write with the new epoch, the mail to the old address and the audit
 * event; before it nothing has changed, after it the account already says the truth and `settleAddresses` only tidies.
 */
export async function changeEmail(
  store: AccountStore,
  parts: AccountsParts,
  id: string,
  newEmail: string,
  options: ChangeEmailOptions,
): Promise<ChangeEmailOutcome> {
  const address = parseEmail(newEmail);
  if (!address) return { outcome: 'invalid-address' };
  const before = await store.accounts.get(id);
  if (!before) throw new AppError('account-not-found', 404);
  if (before.emailNormalized === address.normalized) {
    await settleAddresses(store, parts.clock, before);
    return { outcome: 'unchanged', account: before };
  }
  const reservation = await reserveAddress(store, parts.clock, address.normalized, id);
  if (reservation.outcome === 'taken') return { outcome: 'address-taken' };

  const account = await switchAddress(store, parts, id, address, options);
  if (account === 'taken') return { outcome: 'address-taken' };
  await settleAddresses(store, parts.clock, account);
  await parts.events.emit('account.epoch-raised', {
    accountId: id,
    epoch: account.epoch,
    reason: 'address-changed',
  });
  return { outcome: 'changed', account };
}

async function switchAddress(
  store: AccountStore,
  parts: AccountsParts,
  id: string,
  address: EmailAddress,
  options: ChangeEmailOptions,
): Promise<Account | 'taken'> {
  let old: Account | undefined;
  const change = (account: Account): Account => {
    old = account;
    return {
      ...account,
      email: address.display,
      emailNormalized: address.normalized,
      emailVerified: options.verified ?? false,
      epoch: account.epoch + 1,
      updatedAt: parts.clock.now(),
    };
  };
  const emit = (next: Account) => switchEmissions(parts, old as Account, next, options);
  try {
    const account = await store.accounts.update(id, change, { emit });
    if (!account) throw new AppError('account-not-found', 404);
    return account;
  } catch (error) {
    if (error instanceof ConflictError) return 'taken';
    throw error;
  }
}

function switchEmissions(
  { audit, messages }: AccountsParts,
  old: Account,
  next: Account,
  acting: ChangeEmailOptions,
): Emission[] {
  return [
    audit.emission({
      type: 'account.address-changed',
      ...actedBy(acting),
      accountId: next.id,
      details: { from: old.emailNormalized, to: next.emailNormalized },
    }),
    messages.emission({
      kind: 'address-changed',
      to: old.email,
      locale: old.locale ?? DEFAULT_LOCALE,
      data: { name: old.name, newAddress: next.email },
    }),
  ];
}
