import type { Acting } from '#audit';
import type { Locale } from '#i18n';
import { type Clock, equalInConstantTime, MINUTE, type Randomness, type SecretBox, sha256 } from '#kernel';
import { auditOf } from '../notices.ts';
import type { CodeMessages, CredentialAudit } from '../ports.ts';
import type { SecondFactorAlert } from '../second-factor-alert.ts';
import type { CodeOrigin, SecondFactorTries } from '../second-factor-tries.ts';
import type { SendBudget } from './send-budget.ts';
import type { CodePurpose, CodeRefusal, CodeRequest, PendingCode, SentCode } from './sent-code.ts';
import type { SentCodeStore, StoredSentCode } from './sent-code-store.ts';

const CODE_LENGTH = 6;

/** What tells one way of sending codes from another. */
export interface CodeChannel {
  name: 'sms' | 'email';
  available: boolean;
  /** Life of a code. */
  minutes: Readonly<Record<CodePurpose, number>>;
  budget: SendBudget;
  /** The receiver as shown to whoever knows it. */
  mask(receiver: string): string;
  deliver(message: CodeMessage): Promise<void>;
}

export interface CodeMessage {
  /** Idempotency key. */
  id: string;
  to: string;
  code: string;
  minutes: number;
  locale: Locale;
  request: CodeRequest;
  /** Epoch milliseconds from which it is not sent any more. */
  deadline: number;
}

export interface SentCodesParts {
  codes: SentCodeStore;
  tries: SecondFactorTries;
  alert: SecondFactorAlert;
  clock: Clock;
  randomness: Randomness;
  secretBox: Pick<SecretBox, 'blindIndex'>;
  messages: Pick<CodeMessages, 'stateOf'>;
  audit: Pick<CredentialAudit, 'record'>;
  /** Tries at one code. */
  triesPerCode: number;
}

export interface Receiver {
  /** Number or address. */
  to: string;
  country?: string | undefined;
  methodVersion?: number;
}

interface Place {
  purpose: CodePurpose;
  accountId: string;
  binding: string;
}

export type SentCodes = ReturnType<typeof createSentCodes>;

/** Six digits by message: of one channel, purpose, account and log-in, entered once, in time (G8–G10, X30). */
export function createSentCodes(channel: CodeChannel, parts: SentCodesParts) {
  const { codes, tries, alert, clock, randomness, secretBox, messages, audit, triesPerCode } = parts;
  const { name, budget } = channel;
  const idOf = ({ purpose, accountId, binding }: Place) =>
    sha256(`${name}:${purpose}:${accountId}:${binding}`);
  // By the document too: the same digits elsewhere have another hash.
  const hashOf = (id: string, code: string) => secretBox.blindIndex(`${name}-code`, `${id}:${code}`);
  const receiverKey = (to: string) => secretBox.blindIndex(`${name}-receiver`, to);
  // Whoever sets a method up has proven another one, or has none yet: a log-in is what a stranger could use up.
  const isStrange = (purpose: CodePurpose, { knownDevice = false }: CodeOrigin) =>
    purpose === 'log-in' && !knownDevice;

  const ownerOf = (accountId: string, to: string | undefined) => ({
    accountId,
    ...(to !== undefined && { receiver: receiverKey(to) }),
  });

  async function evaluate(stored: StoredSentCode, code: string, purpose: CodePurpose) {
    const { id, hash, accountId, country = 'unknown' } = stored;
    if (!(await codes.takeTry(id, triesPerCode))) return { outcome: 'spent' } as const;
    if (!equalInConstantTime(hash, hashOf(id, code))) return { outcome: 'wrong' } as const;
    if (!(await codes.use(id, hash, clock.now()))) return { outcome: 'reused' } as const;
    const receiver = receiverKey(stored.receiver);
    await budget.entered({ purpose, accountId, receiver, country, strange: stored.strange === true });
    return { outcome: 'ok', receiver: receiverOf(stored) } as const;
  }

  async function permission(
    purpose: CodePurpose,
    { to, country = 'unknown' }: Receiver,
    { account, origin }: CodeRequest,
  ): Promise<Exclude<SentCode, { outcome: 'sent' }> | undefined> {
    const taken = await budget.take({
      purpose,
      accountId: account.id,
      receiver: receiverKey(to),
      country,
      ...(origin.ip && { network: origin.ip }),
      strange: isStrange(purpose, origin),
    });
    if (taken.outcome === 'exhausted') return { outcome: taken.strange ? 'elsewhere' : 'unavailable' };
    if (taken.outcome === 'granted') {
      if (taken.alarming) await alert(account.id, 'unanswered');
      return undefined;
    }
    return { outcome: 'wait', seconds: Math.ceil((taken.nextAt - clock.now()) / 1000) };
  }

  return {
    async send(purpose: CodePurpose, receiver: Receiver, request: CodeRequest): Promise<SentCode> {
      if (!channel.available) return { outcome: 'unavailable' };
      const refused = await permission(purpose, receiver, request);
      if (refused) return refused;
      const { to, country, methodVersion } = receiver;
      const { account, binding, origin, locale } = request;
      const minutes = channel.minutes[purpose];
      const code = randomness.digits(CODE_LENGTH);
      const id = idOf({ purpose, accountId: account.id, binding });
      const sentAt = clock.now();
      const validUntil = sentAt + minutes * MINUTE;
      const messageId = `${name}:${randomness.id()}`;
      await codes.replace({
        id,
        accountId: account.id,
        receiver: to,
        ...(country !== undefined && { country }),
        hash: hashOf(id, code),
        ...(methodVersion !== undefined && { methodVersion }),
        ...(isStrange(purpose, origin) && { strange: true }),
        sentAt,
        validUntil,
        messageId,
      });
      await channel.deliver({ id: messageId, to, code, minutes, locale, request, deadline: validUntil });
      const details = { purpose, ...(name === 'sms' && { country: country ?? '' }) };
      await audit.record(auditOf(`${name}-code.sent`, account.id, { actor: account.id, origin }, details));
      return { outcome: 'sent', masked: channel.mask(to), minutes };
    },

    async check(
      place: Place,
      typed: string,
      acting: Acting & { origin?: CodeOrigin },
      /** Whether a code to this receiver is still worth something. */
      stands: (receiver: Receiver) => boolean = () => true,
    ): Promise<{ outcome: 'ok'; receiver: Receiver } | CodeRefusal> {
      const stored = await codes.get(idOf(place));
      if (!stored) return { outcome: 'none' };
      if (stored.usedAt !== undefined) return { outcome: 'reused' };
      if (clock.now() >= stored.validUntil || !stands(receiverOf(stored))) return { outcome: 'expired' };
      const code = typed.normalize('NFKC').replaceAll(/[\s\p{Pd}]/gu, '');
      // No code at all is no guess.
      if (!/^[0-9]{6}$/.test(code)) return { outcome: 'wrong' };
      const counter = place.purpose === 'enrolment' ? 'enrolment' : 'second-factor';
      return tries.attempt(counter, place.accountId, acting, () => evaluate(stored, code, place.purpose));
    },

    /** Whether any sent code is counted for this account, or for the receiver that it has. */
    isCounting: (accountId: string, to?: string): Promise<boolean> =>
      budget.isCounting(ownerOf(accountId, to)),

    /** F5: of what the account and its receiver may be sent nothing is used up. */
    clear: (accountId: string, to?: string): Promise<void> => budget.clear(ownerOf(accountId, to)),

    /** To whom the last code went. */
    async receiverOf(place: Place): Promise<Receiver | undefined> {
      const stored = await codes.get(idOf(place));
      return stored && receiverOf(stored);
    },

    async pending(place: Place): Promise<PendingCode | undefined> {
      const stored = await codes.get(idOf(place));
      if (!stored) return undefined;
      return {
        masked: channel.mask(stored.receiver),
        expired: clock.now() >= stored.validUntil,
        delivery: await messages.stateOf(stored.messageId),
      };
    },
  };
}

function receiverOf({ receiver, country, methodVersion }: StoredSentCode): Receiver {
  return {
    to: receiver,
    ...(country !== undefined && { country }),
    ...(methodVersion !== undefined && { methodVersion }),
  };
}
