import { type Clock, HOUR, type Log, MINUTE } from '#kernel';
import type { CredentialAudit, SmsLimits } from '../ports.ts';
import type { Breaker, Send } from '../sent-code/send-budget.ts';
import type { TryCounter, TrySlot } from '../try-counter.ts';

const BUCKET_MS = 10 * MINUTE;

interface SmsBreakerParts {
  counters: TryCounter;
  clock: Clock;
  log: Log;
  audit: Pick<CredentialAudit, 'record'>;
  limits: Pick<SmsLimits, 'breakerSends' | 'breakerPercent'>;
}

/**
 * Pumping shows in codes that nobody enters. A country is closed for an hour when too few of the codes of the ten
 * minutes before were entered, apart for log-in and enrolment: an attack by one doesn't stop the other (W24).
 */
export function createSmsBreaker({ clock, log, audit, limits, counters }: SmsBreakerParts): Breaker {
  type Subject = Pick<Send, 'purpose' | 'country'>;
  const bucket = () => Math.floor(clock.now() / BUCKET_MS);
  const slot = (kind: string, { purpose, country }: Subject, at?: number): TrySlot => ({
    purpose: at === undefined ? `${kind}:${purpose}` : `${kind}:${purpose}:${at}`,
    subject: country,
  });
  const add = (kind: string, send: Subject) =>
    counters.take(slot(kind, send, bucket()), { limit: Number.MAX_SAFE_INTEGER, windowMs: 3 * BUCKET_MS });

  async function isSuspicious(send: Subject): Promise<boolean> {
    if (limits.breakerPercent === 0) return false;
    const now = bucket();
    const sent = await counters.count(slot('sent', send, now - 1));
    if (sent < limits.breakerSends) return false;
    const entered =
      (await counters.count(slot('entered', send, now - 1))) +
      (await counters.count(slot('entered', send, now)));
    return entered * 100 < sent * limits.breakerPercent;
  }

  return {
    async isOpen(send) {
      if ((await counters.count(slot('open', send))) > 0) return true;
      if (!(await isSuspicious(send))) return false;
      const { allowed: first } = await counters.take(slot('open', send), { limit: 1, windowMs: HOUR });
      if (first) {
        const { purpose, country } = send;
        log.error(
          { purpose, country },
          'too few codes by text message are entered: none are sent for an hour',
        );
        await audit.record({ type: 'sms.breaker-opened', actor: 'system', details: { purpose, country } });
      }
      return true;
    },
    sent: (send) => add('sent', send),
    entered: (send) => add('entered', send),
  };
}
