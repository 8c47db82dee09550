import type { Acting } from '#audit';
import { createGuardedFetch } from '#federation';
import { createAddressChangeStore } from './address-change/address-change-store.ts';
import { createAddressChanges } from './address-change/address-changes.ts';
import type { Credentials } from './credentials.ts';
import { createEmailChannel } from './email-code/email-channel.ts';
import { createEmailCodeStore } from './email-code/email-code-store.ts';
import { createEmailCodes } from './email-code/email-codes.ts';
import { createHasher } from './hashing/hasher.ts';
import { auditOf } from './notices.ts';
import { createPasskeyChallenges } from './passkey/passkey-challenge.ts';
import { createPasskeyStore } from './passkey/passkey-store.ts';
import { createPasskeys } from './passkey/passkeys.ts';
import { createBreachCheck } from './password/breach-check.ts';
import { createLockout } from './password/lockout.ts';
import { createPasswordStore } from './password/password-store.ts';
import { createPasswords } from './password/passwords.ts';
import { createSetPassword } from './password/set-password.ts';
import { createPhoneStore } from './phone/phone-store.ts';
import { createPhones } from './phone/phones.ts';
import { createSmsChannel } from './phone/sms-channel.ts';
import type { CredentialsParts } from './ports.ts';
import { createRecoveryCodeStore } from './recovery-code/recovery-code-store.ts';
import { createRecoveryCodes } from './recovery-code/recovery-codes.ts';
import { createRemoveMethod } from './remove-method.ts';
import { createRedeemReset } from './reset-link/redeem-reset.ts';
import { createRequestReset } from './reset-link/request-reset.ts';
import { createResetLinkStore } from './reset-link/reset-link-store.ts';
import { createSecondFactorAlert } from './second-factor-alert.ts';
import { createSecondFactorTries } from './second-factor-tries.ts';
import { createSentCodeStore } from './sent-code/sent-code-store.ts';
import { createSentCodes } from './sent-code/sent-codes.ts';
import { createTotp } from './totp/totp.ts';
import { createTotpStore } from './totp/totp-store.ts';
import { createTryCounter } from './try-counter.ts';
import { createUnlock } from './unlock.ts';

/** Nobody waits long at a form for a provider that hangs. */
const BREACH_CHECK_TIMEOUT_MS = 1_500;

/** Declares its collections: before the storage opens. */
export function createCredentials(parts: CredentialsParts): Credentials {
  const { storage, clock, audit } = parts;
  const { passwordHash, limits, sms, emailCodes: emailConfig, issuer, brandName, breachCheck } = parts.config;
  const hasher = createHasher({ settings: passwordHash, randomness: parts.randomness });
  const passwords = createPasswordStore(storage);
  const lockout = createLockout({ ...parts, issuer });
  const newPasswords = createTryCounter({ storage, clock, name: 'new-passwords', durability: 'volatile' });
  const outbound = breachCheck && createGuardedFetch({ ...breachCheck, timeoutMs: BREACH_CHECK_TIMEOUT_MS });
  const isBreached =
    outbound && createBreachCheck({ url: breachCheck.url, fetch: outbound.fetch, log: parts.log });
  const passwordParts = {
    ...parts,
    passwords,
    lockout,
    hasher,
    newPasswords,
    ...(isBreached && { isBreached }),
  };
  const setPassword = createSetPassword(passwordParts);
  const alert = createSecondFactorAlert({ ...parts, issuer });
  const tries = createSecondFactorTries({ ...parts, limit: limits.secondFactorTries, alert });
  const links = createResetLinkStore(storage);
  const requests = createTryCounter({ storage, clock, name: 'reset-requests', durability: 'volatile' });
  const linkMinutes = limits.resetLinkMinutes;

  const sentCodes = {
    ...parts,
    codes: createSentCodeStore(storage),
    tries,
    alert,
    triesPerCode: limits.secondFactorTries,
  };
  const smsCodes = createSentCodes(createSmsChannel({ ...parts, sms, issuer }), sentCodes);
  const mailedCodes = createSentCodes(createEmailChannel({ ...parts, emailCodes: emailConfig }), sentCodes);
  const emailCodes = createEmailCodes({
    ...parts,
    methods: createEmailCodeStore(storage),
    codes: mailedCodes,
    available: emailConfig.available,
  });
  const totp = createTotp({ ...parts, apps: createTotpStore(storage), tries, brandName });
  const codes = createRecoveryCodeStore(storage);
  const recoveryCodes = createRecoveryCodes({ ...parts, codes, tries, hasher });
  const phones = createPhones({ ...parts, phones: createPhoneStore(storage), smsCodes, sms });

  const sent = [
    { codes: smsCodes, receiverOf: phones.number },
    { codes: mailedCodes, receiverOf: async (id: string) => (await parts.accounts.byId(id))?.email },
  ];

  const passkeyStore = createPasskeyStore(storage);
  const passkeys = createPasskeys({
    ...parts,
    ...parts.config,
    store: passkeyStore,
    challenges: createPasskeyChallenges({
      ...parts,
      keys: parts.secretBox.keysFor('passkey-challenges'),
      spend: passkeyStore.spend,
    }),
    enabled: parts.config.passkeys,
  });

  /** Every second factor and what stands in for one: a new kind of factor has to be named here. */
  async function forgetFactors(accountId: string, acting: Acting): Promise<void> {
    await audit.record(auditOf('credentials.forgotten', accountId, acting));
    await totp.remove(accountId, acting);
    await recoveryCodes.remove(accountId);
    await phones.remove(accountId, acting);
    await emailCodes.remove(accountId, acting);
    await passkeys.removeAll(accountId, acting);
  }

  /** Never beside single sign-on: the mailbox is the company's, as the identity provider is. */
  async function hasEmailCode(accountId: string): Promise<boolean> {
    if (!(await emailCodes.status(accountId)).enrolled) return false;
    const account = await parts.accounts.byId(accountId);
    return account !== undefined && !(await parts.ssoRouting.isSsoTargeted(account.emailNormalized));
  }

  const ownPasswords = createPasswords({ ...passwordParts, setPassword });
  return {
    passwords: ownPasswords,
    totp,
    recoveryCodes,
    resetLinks: {
      request: createRequestReset({ ...parts, links, requests, passwords, issuer, linkMinutes }),
      ...createRedeemReset({ ...parts, links, passwords, setPassword, forgetFactors }),
    },
    phones,
    emailCodes,
    passkeys,
    removeMethod: createRemoveMethod({ ...parts, totp, phones, emailCodes, passkeys, recoveryCodes }),
    async hasMethod(accountId) {
      const [app, phone, passkey] = await Promise.all([
        totp.status(accountId),
        phones.status(accountId),
        passkeys.status(accountId),
      ]);
      if (app.enrolled || phone.exists || (passkeys.available && passkey.enrolled)) return true;
      return hasEmailCode(accountId);
    },
    unlock: createUnlock({ ...parts, lockout, tries, sent }),
    async forgetAll(accountId, acting) {
      await forgetFactors(accountId, acting);
      await passwords.remove(accountId);
      await lockout.clear(accountId);
    },
    hashesWaiting: hasher.waiting,
    async close() {
      await outbound?.close();
      await hasher.close();
    },
    addressChanges: createAddressChanges({
      ...parts,
      changes: createAddressChangeStore(storage),
      wishes: createTryCounter({ storage, clock, name: 'address-wishes', durability: 'volatile' }),
      issuer,
    }),
  };
}
