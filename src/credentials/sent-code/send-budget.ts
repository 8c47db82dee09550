import { z } from 'zod';
import { type Clock, DAY, HOUR, type Log, MINUTE, networkOf, SECOND } from '#kernel';
import type { Storage } from '#storage';
import type { SendLimits } from '../ports.ts';
import { createTryCounter, type TryCounter, type TrySlot } from '../try-counter.ts';

const FIRST_WAIT_MS = 30 * SECOND;
const LAST_WAIT_MS = 10 * MINUTE;

const waitSchema = z.strictObject({
  accountId: z.string(),
  sends: z.int(),
  nextAt: z.int(),
  expiresAt: z.int(),
});

/** One message that somebody wants to have sent. */
export interface Send {
  purpose: string;
  accountId: string;
  /** Keyed hash of the number or address. */
  receiver: string;
  /** Of a number; `unknown` where there is none. */
  country: string;
  /** Network address; absent where none is known. */
  network?: string;
}

export type Permission =
  | { outcome: 'granted'; nextAt: number }
  | { outcome: 'wait'; nextAt: number }
  | { outcome: 'exhausted'; budget: string };

/** What keeps messages from becoming somebody's business or somebody's plague (W24, X32). */
export interface SendBudget {
  take(send: Send): Promise<Permission>;
  /** A code was entered; the person's wait begins anew. */
  entered(send: Pick<Send, 'purpose' | 'accountId' | 'country'>): Promise<void>;
}

/** Stops a kind of sending altogether while it looks like an attack. */
export interface Breaker {
  isOpen(send: Pick<Send, 'purpose' | 'country'>): Promise<boolean>;
  sent(send: Pick<Send, 'purpose' | 'country'>): Promise<unknown>;
  entered(send: Pick<Send, 'purpose' | 'country'>): Promise<unknown>;
}

export interface BudgetSlot {
  purpose: string;
  subject: string;
  /** A day. */
  limit: number;
}

export interface SendBudgetParts {
  storage: Storage;
  clock: Clock;
  log: Log;
  /** Names the counters. */
  channel: 'sms' | 'email';
  limits: SendLimits;
  /** Beside those of every channel. */
  more?: (send: Send) => readonly BudgetSlot[];
  breaker?: (counters: TryCounter) => Breaker;
}

/** 30 s, 1 min, 2 min … 10 min after the nth message. */
export function waitAfter(sends: number): number {
  return Math.min(LAST_WAIT_MS, FIRST_WAIT_MS * 2 ** (sends - 1));
}

export function createSendBudget(parts: SendBudgetParts): SendBudget {
  const { storage, clock, channel, log, limits, more = () => [] } = parts;
  const counters = createTryCounter({ storage, clock, name: `${channel}-sends`, durability: 'volatile' });
  const waits = createWaits(parts);
  const breaker = parts.breaker?.(counters);

  /** All of them or none: what is refused uses up nothing. */
  async function takeAll(send: Send): Promise<string | undefined> {
    const taken: TrySlot[] = [];
    for (const { limit, ...slot } of [...budgetsOf(send, limits), ...more(send)]) {
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
      const { allowed, nextAt } = await waits.take(send.accountId);
      if (!allowed) return { outcome: 'wait', nextAt };
      const budget = (await breaker?.isOpen(send)) ? 'completion' : await takeAll(send);
      if (budget !== undefined) {
        const { purpose, country } = send;
        log.warn({ channel, budget, purpose, country }, 'a code was not sent');
        return { outcome: 'exhausted', budget };
      }
      await breaker?.sent(send);
      return { outcome: 'granted', nextAt };
    },
    async entered(send) {
      await breaker?.entered(send);
      await waits.forget(send.accountId);
    },
  };
}

function budgetsOf({ purpose, accountId, receiver, network }: Send, limits: SendLimits): BudgetSlot[] {
  return [
    // Anybody may try to set up a number: that uses up no log-in of the person whose it is (X36).
    { purpose: `receiver:${purpose}`, subject: receiver, limit: limits.perReceiverPerDay },
    { purpose: 'account', subject: accountId, limit: limits.perAccountPerDay },
    ...(network ? [{ purpose: 'network', subject: networkOf(network), limit: limits.perNetworkPerDay }] : []),
    { purpose: 'day', subject: 'all', limit: limits.perDay },
  ];
}

/** The wait between two messages for one account, over all of its log-ins. */
function createWaits({ storage, clock, channel }: SendBudgetParts) {
  const waits = storage.collection<z.infer<typeof waitSchema>>({
    name: `${channel}-waits`,
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
