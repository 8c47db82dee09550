import type { Credentials } from '#credentials';
import type { Facts } from './facts.ts';
import type { FactorKind } from './progress.ts';

export const NOTHING_ENROLLED: Facts['enrolled'] = {
  totp: false,
  sms: false,
  email: false,
  passkey: false,
  recovery: false,
};

interface MethodStatus {
  enrolled: boolean;
  enrolledAt?: number;
  lastUsedAt?: number;
}

/** What the person may prove themselves with, and which of it proved them last (H18). */
export async function enrolledFactors(
  accountId: string,
  {
    totp,
    phones,
    emailCodes,
    passkeys,
    recoveryCodes,
  }: Pick<Credentials, 'totp' | 'phones' | 'emailCodes' | 'passkeys' | 'recoveryCodes'>,
): Promise<Pick<Facts, 'enrolled' | 'lastUsed' | 'phoneCountry'>> {
  const [app, phone, email, passkey, recovery] = await Promise.all([
    totp.status(accountId),
    phones.status(accountId),
    emailCodes.status(accountId),
    passkeys.status(accountId),
    recoveryCodes.status(accountId),
  ]);
  const hasPasskey = passkeys.available && passkey.enrolled;
  return {
    enrolled: {
      ...NOTHING_ENROLLED,
      totp: app.enrolled,
      sms: phone.exists,
      email: email.enrolled,
      passkey: hasPasskey,
      recovery: recovery.exists,
    },
    lastUsed: lastUsedOf({
      totp: app,
      sms: { ...phone, enrolled: phone.exists },
      email,
      passkey: { ...passkey, enrolled: hasPasskey },
    }),
    phoneCountry: phone.country,
  };
}

/** A method that was never asked yet counts from the day it was set up. */
function lastUsedOf(methods: Partial<Record<FactorKind, MethodStatus>>): FactorKind | undefined {
  const used = Object.entries(methods)
    .filter(([, { enrolled }]) => enrolled)
    .map(([kind, { enrolledAt = 0, lastUsedAt = enrolledAt }]) => ({
      kind: kind as FactorKind,
      at: lastUsedAt,
    }))
    .sort((one, other) => other.at - one.at);
  return used[0]?.kind;
}
