import type { TextRef } from '#rendering';
import type { CodeRefusal, PendingCode, SentCode } from './sent-code.ts';

const UNAVAILABLE = {
  sms: 'interactions:errors.sms-unavailable',
  email: 'interactions:errors.email-unavailable',
};

/** Why no message went out; undefined when one did. */
export function sendingText(sent: SentCode, channel: 'sms' | 'email'): TextRef | undefined {
  if (sent.outcome === 'sent') return undefined;
  if (sent.outcome === 'elsewhere') return { key: 'interactions:errors.send-elsewhere' };
  if (sent.outcome !== 'wait') return { key: UNAVAILABLE[channel] };
  return { key: 'interactions:errors.send-wait', params: { seconds: sent.seconds } };
}

/** What became of the message, where the person has to do something about it. */
export function deliveryText({ expired, delivery }: PendingCode): TextRef | undefined {
  if (expired) return { key: 'interactions:errors.sent-expired' };
  if (delivery === 'failed') return { key: 'interactions:errors.send-failed' };
  return delivery === 'delayed' ? { key: 'interactions:errors.send-delayed' } : undefined;
}

const REFUSALS: Record<CodeRefusal['outcome'], string> = {
  wrong: 'interactions:errors.code-wrong',
  expired: 'interactions:errors.sent-expired',
  reused: 'interactions:errors.sent-used',
  spent: 'interactions:errors.sent-spent',
  throttled: 'interactions:errors.too-many-tries',
  none: 'interactions:errors.sent-expired',
};

/** Why a code was not taken: told apart only here, after the first factor (G10). */
export function codeRefusal({ outcome }: CodeRefusal): { text: TextRef; status: number } {
  return { text: { key: REFUSALS[outcome] }, status: outcome === 'throttled' ? 429 : 422 };
}
