import type { Acting } from '#audit';
import { AppError, type Clock } from '#kernel';
import type { Emission } from '#storage';
import { endingSignIns } from '../change-factor.ts';
import { auditOf, instantFor, mailTo } from '../notices.ts';
import type { CredentialAccounts, CredentialAudit, CredentialMessages, SmsConfig } from '../ports.ts';
import type { SentCodes } from '../sent-code/sent-codes.ts';
import type { Phones } from './phone-factor.ts';
import {
  countryOf,
  isE164,
  maskNumber,
  PAYEE_COUNTRY,
  readNumber,
  withCallingCodes,
} from './phone-number.ts';
import type { PhoneStore, StoredPhone } from './phone-store.ts';

export interface PhonesParts {
  phones: PhoneStore;
  smsCodes: SentCodes;
  clock: Clock;
  accounts: Pick<CredentialAccounts, 'byId' | 'raiseEpoch'>;
  messages: Pick<CredentialMessages, 'emission'>;
  audit: CredentialAudit;
  sms: SmsConfig;
}

/** Phone numbers as second factor: one a person, replaced only once the new one is proven (K3, K6). */
export function createPhones(parts: PhonesParts): Phones {
  const { phones, smsCodes, clock, accounts, audit, sms } = parts;
  const countriesFor = (payments: 'payor' | 'payee' | null) =>
    payments === 'payor'
      ? []
      : sms.countries.filter((country) => payments === null || country === PAYEE_COUNTRY);

  return {
    available: sms.available,
    countries: (payments) => withCallingCodes(countriesFor(payments)),
    readNumber: (typed, country, payments) => readNumber(typed, country, countriesFor(payments)),
    async begin({ number, country, ...request }) {
      return smsCodes.send('enrolment', { to: number, country }, request);
    },
    async resend(request) {
      const receiver = await smsCodes.receiverOf({
        ...request,
        accountId: request.account.id,
        purpose: 'enrolment',
      });
      return receiver ? smsCodes.send('enrolment', receiver, request) : { outcome: 'none' };
    },
    async confirm(accountId, code, { binding, raiseEpoch = false, ...acting }) {
      const checked = await smsCodes.check({ purpose: 'enrolment', accountId, binding }, code, acting);
      if (checked.outcome !== 'ok') return checked;
      const { to: number, country } = checked.receiver;
      const phone = { accountId, number, ...(country !== undefined && { country }), verifiedAt: clock.now() };
      const notices = await addedNotices(parts, accountId, number, acting);
      const replace = () => phones.replace(phone, notices);
      if (!raiseEpoch) return { outcome: 'enrolled', version: await replace() };
      const { result: version, epoch } = await endingSignIns(accounts, accountId, replace);
      return { outcome: 'enrolled', version, epoch };
    },
    async challenge(request) {
      const stored = await phones.get(request.account.id);
      if (!isEnrolled(stored)) return { outcome: 'none' };
      const { number, country, version: methodVersion } = stored;
      return smsCodes.send('log-in', { to: number, country, methodVersion }, request);
    },
    async verify(accountId, code, { binding, origin }) {
      const stored = await phones.get(accountId);
      if (!isEnrolled(stored)) return { outcome: 'none' };
      const { version } = stored;
      const acting = { actor: accountId, origin };
      const checked = await smsCodes.check(
        { purpose: 'log-in', accountId, binding },
        code,
        acting,
        ({ methodVersion }) => methodVersion === version,
      );
      if (checked.outcome !== 'ok') return checked;
      await phones.used(accountId, version, clock.now());
      return { outcome: 'ok', version };
    },
    pending: (purpose, accountId, binding) => smsCodes.pending({ purpose, accountId, binding }),
    async number(accountId) {
      return (await phones.get(accountId))?.number;
    },
    async status(accountId) {
      const stored = await phones.get(accountId);
      if (!isEnrolled(stored)) return { exists: false, version: stored?.version ?? 0 };
      const { number, country, verifiedAt, lastUsedAt, version } = stored;
      return {
        exists: true,
        masked: maskNumber(number),
        enrolledAt: verifiedAt,
        version,
        ...(country !== undefined && { country }),
        ...(lastUsedAt !== undefined && { lastUsedAt }),
      };
    },
    remove: (accountId, acting, emit = []) =>
      phones.remove(accountId, [audit.emission(auditOf('phone.removed', accountId, acting)), ...emit]),
    async importPhone(accountId, e164) {
      if (!isE164(e164)) throw new AppError('phone-invalid', 422);
      const country = await countryOf(e164);
      const phone = { accountId, number: e164, ...(country && { country }), verifiedAt: clock.now() };
      await phones.replace(phone, []);
    },
  };
}

function isEnrolled(stored: StoredPhone | undefined): stored is StoredPhone & { number: string } {
  return stored?.number !== undefined;
}

async function addedNotices(
  { accounts, messages, audit, clock }: PhonesParts,
  accountId: string,
  number: string,
  acting: Acting,
): Promise<Emission[]> {
  const event = audit.emission(auditOf('phone.added', accountId, acting));
  const account = await accounts.byId(accountId);
  if (!account) return [event];
  const data = { name: account.name, at: instantFor(account, clock.now()), number: maskNumber(number) };
  return [event, messages.emission(mailTo(account, 'phone-added', data))];
}
