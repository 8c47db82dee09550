import type { CodeRequest, PendingCode, SentCode } from '#credentials';
import { requireAccount } from './factor-proof.ts';
import type { Again, Visit } from './step.ts';

type Problems = Again['errors'];

/** A code works in this log-in only, over all of its prompts. */
export function codeRequest({ facts, pending, origin, locale }: Visit): CodeRequest {
  return { account: requireAccount(facts.account), binding: pending.cid, origin, locale };
}

/** Why no message went out; nothing when one did. */
export function sendingProblem(sent: SentCode): Problems {
  if (sent.outcome === 'sent') return {};
  if (sent.outcome === 'wait')
    return { form: { key: 'interactions:errors.sms-wait', params: { seconds: sent.seconds } } };
  return { form: { key: 'interactions:errors.sms-unavailable' } };
}

/** What became of the message, where the person has to do something about it. */
export function deliveryProblem(pending: PendingCode | undefined): Problems {
  if (pending?.expired) return { form: { key: 'interactions:errors.sms-expired' } };
  if (pending?.delivery === 'failed') return { form: { key: 'interactions:errors.sms-undelivered' } };
  if (pending?.delivery === 'delayed') return { form: { key: 'interactions:errors.sms-delayed' } };
  return {};
}

/** The page again after "Resend New Code". */
export function resent(sent: SentCode): Again {
  const errors = sendingProblem(sent);
  if (Object.keys(errors).length > 0) return { outcome: 'again', errors, status: 429 };
  return { outcome: 'again', errors, notice: { key: 'interactions:sms-code.resent' }, status: 200 };
}

/** Texts of a code by text message; wrong and expired are told apart only here, after the first factor (G10). */
export const SMS_CODE_TEXTS = {
  wrong: 'code-wrong',
  expired: 'sms-expired',
  reused: 'sms-used',
  spent: 'sms-spent',
  none: 'sms-expired',
};
