import type { Account } from '#accounts';
import type { Acting } from '#audit';
import { type Clock, equalInConstantTime, MINUTE, type Randomness, type SecretBox, sha256 } from '#kernel';
import { auditOf } from '../notices.ts';
import type { CredentialAudit, SmsConfig, TextMessages } from '../ports.ts';
import type { SecondFactorTries } from '../second-factor-tries.ts';
import type { CodePurpose, CodeRefusal, CodeRequest, PendingCode, SentCode } from './phone-factor.ts';
import { maskNumber } from './phone-number.ts';
import type { SendBudget } from './send-budget.ts';
import type { SmsCodeStore, StoredSmsCode } from './sms-code-store.ts';

const CODE_LENGTH = 6;

export interface SmsCodesParts {
  codes: SmsCodeStore;
  budget: SendBudget;
  tries: SecondFactorTries;
  clock: Clock;
  randomness: Randomness;
  secretBox: Pick<SecretBox, 'blindIndex'>;
  messages: TextMessages;
  audit: Pick<CredentialAudit, 'record'>;
  sms: SmsConfig;
  issuer: string;
  /** Tries at one code. */
  triesPerCode: number;
}

export interface Receiver {
  number: string;
  country: string | undefined;
  phoneVersion?: number;
}

interface Place {
  purpose: CodePurpose;
  accountId: string;
  binding: string;
}

export type SmsCodes = ReturnType<typeof createSmsCodes>;

/** Six digits to a phone: of one purpose, account and log-in, entered once, in time (G8–G10, X30). */
export function createSmsCodes(parts: SmsCodesParts) {
  const { codes, budget, tries, clock, randomness, secretBox, messages, audit, sms, triesPerCode } = parts;
  const host = new URL(parts.issuer).hostname;
  const idOf = ({ purpose, accountId, binding }: Place) => sha256(`${purpose}:${accountId}:${binding}`);
  // By the document too: the same digits elsewhere have another hash.
  const hashOf = (id: string, code: string) => secretBox.blindIndex('sms-code', `${id}:${code}`);

  async function evaluate(stored: StoredSmsCode, code: string, purpose: CodePurpose) {
    const { id, hash, accountId, country = 'unknown' } = stored;
    if (!(await codes.takeTry(id, triesPerCode))) return { outcome: 'spent' } as const;
    if (!equalInConstantTime(hash, hashOf(id, code))) return { outcome: 'wrong' } as const;
    if (!(await codes.use(id, hash, clock.now()))) return { outcome: 'reused' } as const;
    await budget.entered({ purpose, accountId, country });
    return { outcome: 'ok', number: stored.number, country: stored.country } as const;
  }

  return {
    async send(
      purpose: CodePurpose,
      receiver: Receiver,
      { account, binding, origin, locale }: CodeRequest,
    ): Promise<SentCode> {
      if (!sms.available) return { outcome: 'unavailable' };
      const { number, country, phoneVersion } = receiver;
      const permission = await budget.take({
        purpose,
        accountId: account.id,
        number: secretBox.blindIndex('sms-number', number),
        country: country ?? 'unknown',
        ...(origin.ip && { network: origin.ip }),
      });
      if (permission.outcome === 'exhausted') return { outcome: 'unavailable' };
      const seconds = Math.ceil((permission.nextAt - clock.now()) / 1000);
      if (permission.outcome === 'wait') return { outcome: 'wait', seconds };

      const minutes = purpose === 'enrolment' ? sms.enrolmentCodeMinutes : sms.codeMinutes;
      const code = randomness.digits(CODE_LENGTH);
      const id = idOf({ purpose, accountId: account.id, binding });
      const sentAt = clock.now();
      const validUntil = sentAt + minutes * MINUTE;
      const messageId = `sms:${randomness.id()}`;
      await codes.replace({
        id,
        accountId: account.id,
        number,
        ...(country !== undefined && { country }),
        hash: hashOf(id, code),
        ...(phoneVersion !== undefined && { phoneVersion }),
        sentAt,
        validUntil,
        messageId,
      });
      const data = { code, minutes, host };
      const kind = 'verification-code' as const;
      await messages.sendSms({ id: messageId, kind, to: number, locale, data, deadline: validUntil });
      await audit.record(sentEvent(account, purpose, country, { actor: account.id, origin }));
      return { outcome: 'sent', masked: maskNumber(number), minutes };
    },

    async check(
      place: Place,
      typed: string,
      acting: Acting,
      /** Of the phone now, at log-in. */
      phoneVersion?: number,
    ): Promise<{ outcome: 'ok'; number: string; country: string | undefined } | CodeRefusal> {
      const stored = await codes.get(idOf(place));
      if (!stored) return { outcome: 'none' };
      if (stored.usedAt !== undefined) return { outcome: 'reused' };
      if (clock.now() >= stored.validUntil || stored.phoneVersion !== phoneVersion)
        return { outcome: 'expired' };
      const code = typed.normalize('NFKC').replaceAll(/[\s\p{Pd}]/gu, '');
      // No code at all is no guess.
      if (!/^[0-9]{6}$/.test(code)) return { outcome: 'wrong' };
      const counter = place.purpose === 'enrolment' ? 'enrolment' : 'second-factor';
      return tries.attempt(counter, place.accountId, acting, () => evaluate(stored, code, place.purpose));
    },

    /** To whom the last code went. */
    async receiverOf(place: Place): Promise<Receiver | undefined> {
      const stored = await codes.get(idOf(place));
      return stored && { number: stored.number, country: stored.country };
    },

    async pending(place: Place): Promise<PendingCode | undefined> {
      const stored = await codes.get(idOf(place));
      if (!stored) return undefined;
      return {
        masked: maskNumber(stored.number),
        expired: clock.now() >= stored.validUntil,
        delivery: await messages.stateOf(stored.messageId),
      };
    },
  };
}

function sentEvent(account: Account, purpose: CodePurpose, country: string | undefined, acting: Acting) {
  return auditOf('sms-code.sent', account.id, acting, { purpose, country: country ?? '' });
}
