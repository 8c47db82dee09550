import type { TextRef } from '#rendering';
import type { CodeRefusal, PendingCode, SentCode } from './sent-code.ts';

const UNAVAILABLE = {
  sms: 'credentials:sms-unavailable',
  email: 'credentials:email-unavailable',
};

/** Why no message went out; undefined when one did. */
export function sendingText(sent: SentCode, channel: 'sms' | 'email'): TextRef | undefined {
  if (sent.outcome === 'sent') return undefined;
  if (sent.outcome === 'elsewhere') return { key: 'credentials:send-elsewhere' };
  if (sent.outcome !== 'wait') return { key: UNAVAILABLE[channel] };
  return { key: 'credentials:send-wait', params: { seconds: sent.seconds } };
}

/** What became of the message, where the person has to do something about it. */
export function deliveryText({ expired, delivery }: PendingCode): TextRef | undefined {
  if (expired) return { key: 'credentials:sent-expired' };
  if (delivery === 'failed') return { key: 'credentials:send-failed' };
  return delivery === 'delayed' ? { key: 'credentials:send-delayed' } : undefined;
}

const REFUSALS: Record<CodeRefusal['outcome'], string> = {
  wrong: 'credentials:code-wrong',
  expired: 'credentials:sent-expired',
  reused: 'credentials:sent-used',
  spent: 'credentials:sent-spent',
  throttled: 'credentials:too-many-tries',
  none: 'credentials:sent-expired',
};

/** Why a code was not taken: told apart only here, after the first factor (G10). */
export function codeRefusal({ outcome }: CodeRefusal): { text: TextRef; status: number } {
  return { text: { key: REFUSALS[outcome] }, status: outcome === 'throttled' ? 429 : 422 };
}
