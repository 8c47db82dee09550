import { z } from 'zod';
import { type Clock, DAY, HOUR, type Log, MINUTE, SECOND } from '#kernel';
import type { Storage } from '#storage';
import type { CredentialAudit, SmsLimits } from '../ports.ts';
import { createTryCounter, type TrySlot } from '../try-counter.ts';

const FIRST_WAIT_MS = 30 * SECOND;
const LAST_WAIT_MS = 10 * MINUTE;
const BUCKET_MS = 10 * MINUTE;

const waitSchema = z.strictObject({
  accountId: z.string(),
  sends: z.int(),
  nextAt: z.int(),
  expiresAt: z.int(),
});

/** One text message that somebody wants to have sent. */
export interface Send {
  purpose: string;
  accountId: string;
  /** Keyed hash of the number. */
  number: string;
  country: string;
  /** Network address; absent where none is known. */
  network?: string;
}

export type Permission =
  | { outcome: 'granted'; nextAt: number }
  | { outcome: 'wait'; nextAt: number }
  | { outcome: 'exhausted'; budget: string };

/** What keeps text messages from becoming somebody's business or somebody's plague (W24, X32). */
export interface SendBudget {
  take(send: Send): Promise<Permission>;
  /** A code of this country was entered; the person's wait begins anew. */
  entered(send: Pick<Send, 'purpose' | 'accountId' | 'country'>): Promise<void>;
}

interface SendBudgetParts {
  storage: Storage;
  clock: Clock;
  log: Log;
  audit: Pick<CredentialAudit, 'record'>;
  limits: SmsLimits;
}

/** 30 s, 1 min, 2 min … 10 min after the nth message. */
export function waitAfter(sends: number): number {
  return Math.min(LAST_WAIT_MS, FIRST_WAIT_MS * 2 ** (sends - 1));
}

export function createSendBudget(parts: SendBudgetParts): SendBudget {
  const { storage, clock, limits, log } = parts;
  const counters = createTryCounter({ storage, clock, name: 'sms-sends', durability: 'volatile' });
  const reserve = createWaits(parts);
  const breaker = createBreaker({ ...parts, counters });

  /** All of them or none: what is refused uses up nothing. */
  async function takeAll(send: Send): Promise<string | undefined> {
    const taken: TrySlot[] = [];
    for (const { limit, ...slot } of budgetsOf(send, limits)) {
      if ((await counters.take(slot, { limit, windowMs: DAY })).allowed) {
        taken.push(slot);
        continue;
      }
      for (const former of taken) await counters.giveBack(former);
      return slot.purpose;
    }
    return undefined;
  }

  return {
    async take(send) {
      const { allowed, nextAt } = await reserve.take(send.accountId);
      if (!allowed) return { outcome: 'wait', nextAt };
      const budget = (await breaker.isOpen(send)) ? 'completion' : await takeAll(send);
      if (budget !== undefined) {
        log.warn({ budget, purpose: send.purpose, country: send.country }, 'a text message was not sent');
        return { outcome: 'exhausted', budget };
      }
      await breaker.sent(send);
      return { outcome: 'granted', nextAt };
    },
    async entered(send) {
      await breaker.entered(send);
      await reserve.forget(send.accountId);
    },
  };
}

function budgetsOf({ purpose, accountId, number, country, network }: Send, limits: SmsLimits) {
  return [
    // Anybody may try to set up a number: that uses up no log-in of the person whose it is (X36).
    { purpose: `number:${purpose}`, subject: number, limit: limits.perNumberPerDay },
    { purpose: 'account', subject: accountId, limit: limits.perAccountPerDay },
    ...(network ? [{ purpose: 'network', subject: networkOf(network), limit: limits.perNetworkPerDay }] : []),
    { purpose: 'country', subject: country, limit: limits.perCountryPerDay },
    { purpose: 'day', subject: 'all', limit: limits.perDay },
  ];
}

/** A household has a whole /64 of IPv6 addresses. */
function networkOf(address: string): string {
  return address.includes(':') ? address.split(':').slice(0, 4).join(':') : address;
}

/** The wait between two messages for one account, over all of its log-ins. */
function createWaits({ storage, clock }: Pick<SendBudgetParts, 'storage' | 'clock'>) {
  const waits = storage.collection<z.infer<typeof waitSchema>>({
    name: 'sms-waits',
    schema: waitSchema,
    key: 'accountId',
    expiresAt: 'expiresAt',
    durability: 'volatile',
  });
  return {
    async take(accountId: string): Promise<{ allowed: boolean; nextAt: number }> {
      const now = clock.now();
      const fresh = (sends: number) => ({
        accountId,
        sends,
        nextAt: now + waitAfter(sends),
        expiresAt: now + HOUR,
      });
      const first = fresh(1);
      if (await waits.insertIfAbsent(first)) return { allowed: true, nextAt: first.nextAt };
      let waitsUntil = first.nextAt;
      const next = await waits.update(accountId, (doc) => {
        waitsUntil = doc.nextAt;
        return doc.nextAt <= now ? fresh(doc.sends + 1) : undefined;
      });
      return next ? { allowed: true, nextAt: next.nextAt } : { allowed: false, nextAt: waitsUntil };
    },
    async forget(accountId: string): Promise<void> {
      await waits.delete(accountId);
    },
  };
}

/**
 * Pumping shows in codes that nobody enters. A country is closed for an hour when too few of the codes of the ten
 * minutes before were entered, apart for log-in and enrolment: an attack by one doesn't stop the other.
 */
function createBreaker(parts: SendBudgetParts & { counters: ReturnType<typeof createTryCounter> }) {
  const { clock, log, audit, limits, counters } = parts;
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
    async isOpen(send: Subject): Promise<boolean> {
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
    sent: (send: Subject) => add('sent', send),
    entered: (send: Subject) => add('entered', send),
  };
}
