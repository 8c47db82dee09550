import { parseEmail } from '#kernel';
import { ConflictError } from '#storage';
import type { Account } from './account.ts';
import type { AccountStore } from './account-store.ts';
import type { CreateOutcome, NewPerson } from './accounts.ts';
import type { AccountsParts } from './ports.ts';
import { reserveAddress, settleAddresses } from './reserve-address.ts';

/** Reserve → insert → settle. A crash after the first step leaves a reservation that the next attempt takes over. */
export async function createAccount(
  store: AccountStore,
  { clock, randomness, audit }: AccountsParts,
  person: NewPerson,
): Promise<CreateOutcome> {
  const address = parseEmail(person.email);
  if (!address) return { outcome: 'invalid-address' };
  const { actor = 'system', id = randomness.id(), overPending = false, ...facts } = person;
  const reservation = await reserveAddress(store, clock, address.normalized, id, { overPending });
  if (reservation.outcome === 'taken') return { outcome: 'address-taken', accountId: reservation.accountId };

  const now = clock.now();
  const account: Account = {
    ...facts,
    id,
    email: address.display,
    emailNormalized: address.normalized,
    epoch: 0,
    createdAt: now,
    updatedAt: now,
  };
  try {
    await store.accounts.insert(account, {
      emit: [
        audit.emission({
          type: 'account.created',
          actor,
          accountId: id,
          details: { status: account.status },
        }),
      ],
    });
  } catch (error) {
    const winner = error instanceof ConflictError ? await store.byEmail(address.normalized) : undefined;
    if (!winner) throw error;
    return { outcome: 'address-taken', accountId: winner.id };
  }
  await settleAddresses(store, clock, account);
  return { outcome: 'created', account };
}
