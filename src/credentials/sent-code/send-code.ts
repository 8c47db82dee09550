import { MINUTE } from '#kernel';
import { auditOf } from '../notices.ts';
import type { CodeOrigin } from '../second-factor-tries.ts';
import type { CodeChannel, Receiver, SentCodesParts } from './code-channel.ts';
import type { CodeKeys } from './code-keys.ts';
import type { CodePurpose, CodeRequest, SentCode } from './sent-code.ts';

const CODE_LENGTH = 6;

/** Sends a code where the budgets allow it, in place of the former. */
export type SendCode = (purpose: CodePurpose, receiver: Receiver, request: CodeRequest) => Promise<SentCode>;

/** Whoever sets a method up has proven another one, or has none yet: a log-in is what a stranger could use up. */
const isStrange = (purpose: CodePurpose, { knownDevice = false }: CodeOrigin) =>
  purpose === 'log-in' && !knownDevice;

export function createSending(channel: CodeChannel, parts: SentCodesParts, keys: CodeKeys): SendCode {
  const { codes, alert, clock, randomness, audit } = parts;
  const { name, budget } = channel;
  const { idOf, hashOf, receiverKey } = keys;

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

  return async (purpose, receiver, request) => {
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
    await channel.deliver({
      id: messageId,
      to,
      code,
      minutes,
      purpose,
      locale,
      request,
      deadline: validUntil,
    });
    const details = { purpose, ...(name === 'sms' && { country: country ?? '' }) };
    await audit.record(auditOf(`${name}-code.sent`, account.id, { actor: account.id, origin }, details));
    return { outcome: 'sent', masked: channel.mask(to), minutes };
  };
}
