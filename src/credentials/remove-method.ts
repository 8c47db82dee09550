import { z } from 'zod';
import type { Acting } from '#audit';
import { type Clock, MINUTE, type Randomness } from '#kernel';
import type { Emission, Storage } from '#storage';
import { endingSignIns } from './change-factor.ts';
import type {
  MethodKind,
  MethodToRemove,
  RecoveryCodes,
  RemoveMethod,
  RemoveMethodOptions,
  Totp,
} from './credentials.ts';
import type { EmailCodes } from './email-code/email-codes.ts';
import type { Passkeys } from './passkey/passkey-factor.ts';
import type { Phones } from './phone/phone-factor.ts';
import type { CredentialAccounts } from './ports.ts';

export interface RemoveMethodParts {
  storage: Storage;
  clock: Clock;
  randomness: Randomness;
  accounts: Pick<CredentialAccounts, 'raiseEpoch'>;
  totp: Totp;
  phones: Phones;
  emailCodes: EmailCodes;
  passkeys: Passkeys;
  recoveryCodes: RecoveryCodes;
}

/** A removal whose process died keeps others waiting for so long. */
const REMOVAL_MS = MINUTE;
const removalSchema = z.strictObject({
  accountId: z.string(),
  /** Which removal it is: one that took too long must not end the one that came after it. */
  owner: z.string(),
  expiresAt: z.int(),
});

/** Declares its collection: before the storage opens. */
export function createRemoveMethod(parts: RemoveMethodParts): RemoveMethod {
  const { storage, clock, randomness } = parts;
  const removals = storage.collection<z.infer<typeof removalSchema>>({
    name: 'method-removals',
    schema: removalSchema,
    key: 'accountId',
    expiresAt: 'expiresAt',
    durability: 'volatile',
  });
  /** Ends it, where it is still this removal's. */
  const release = (accountId: string, owner: string) =>
    removals.update(accountId, (doc) =>
      doc.owner === owner ? { ...doc, expiresAt: clock.now() - 1 } : undefined,
    );
  return async function removeMethod(accountId, method, options) {
    const owner = randomness.id();
    // One at a time: two tabs would each count on the method that the other one takes away.
    if (!(await removals.insertIfAbsent({ accountId, owner, expiresAt: clock.now() + REMOVAL_MS })))
      return { outcome: 'busy' };
    const isMine = async () => (await removals.get(accountId))?.owner === owner;
    try {
      return { outcome: await remove(parts, accountId, method, { ...options, isMine }) };
    } finally {
      await release(accountId, owner);
    }
  };
}

async function remove(
  parts: RemoveMethodParts,
  accountId: string,
  method: MethodToRemove,
  { needed, emit = [], isMine, ...acting }: RemoveMethodOptions & { isMine(): Promise<boolean> },
): Promise<'removed' | 'none' | 'last' | 'busy'> {
  const { accounts, recoveryCodes } = parts;
  const { isThere, left } = await present(parts, accountId, method);
  if (!isThere) return 'none';
  if (needed && !left.some((kind) => needed.includes(kind))) return 'last';
  const { result } = await endingSignIns(accounts, accountId, async () => {
    // It took so long that another one may have counted on this method.
    if (!(await isMine())) return 'busy';
    // W12: a recovery code stands in for a method, alone it is none; it goes first, so that no crash leaves it alone.
    if (left.length === 0) await recoveryCodes.remove(accountId);
    return (await removeOne(parts, accountId, method, acting, emit)) ? 'removed' : 'none';
  });
  return result;
}

async function removeOne(
  { totp, phones, emailCodes, passkeys }: RemoveMethodParts,
  accountId: string,
  { kind, passkeyId = '' }: MethodToRemove,
  acting: Acting,
  emit: readonly Emission[],
): Promise<boolean> {
  if (kind === 'passkey') return passkeys.remove(accountId, passkeyId, acting);
  return { totp, sms: phones, email: emailCodes }[kind].remove(accountId, acting, emit);
}

/** Whether it is there, and which kinds are left without it. */
async function present(
  { totp, phones, emailCodes, passkeys }: RemoveMethodParts,
  accountId: string,
  { kind, passkeyId }: MethodToRemove,
): Promise<{ isThere: boolean; left: MethodKind[] }> {
  const [app, phone, email, keys] = await Promise.all([
    totp.status(accountId),
    phones.status(accountId),
    emailCodes.status(accountId),
    passkeys.list(accountId),
  ]);
  const isThere = {
    totp: app.enrolled,
    sms: phone.exists,
    email: email.enrolled,
    passkey: keys.some(({ id }) => id === passkeyId),
  };
  const others = keys.filter(({ id }) => kind !== 'passkey' || id !== passkeyId);
  const left: Record<MethodKind, boolean> = {
    totp: app.enrolled && kind !== 'totp',
    sms: phone.exists && kind !== 'sms',
    email: email.enrolled && kind !== 'email',
    // Switched off they sign nobody in.
    passkey: passkeys.available && others.length > 0,
  };
  return { isThere: isThere[kind], left: (Object.keys(left) as MethodKind[]).filter((one) => left[one]) };
}
