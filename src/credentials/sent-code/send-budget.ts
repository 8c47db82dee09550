import { type Clock, DAY, type Log, networkOf } from '#kernel';
import type { Storage } from '#storage';
import type { SendLimits } from '../ports.ts';
import { createTryCounter, type TryCounter, type TrySlot } from '../try-counter.ts';
import { createSendWait } from './send-wait.ts';

/** Codes to strange browsers that nobody enters, from which on the person is told. */
const ALARMING = 3;

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
  /**
   * Asked for at a log-in in a browser that is no known device of the account: the person's, or that of somebody who has the
   * password alone. Such sends have a wait and a share of their own.
   */
  strange?: boolean;
}

export type Permission =
  /** `alarming`: one of several to strange browsers that nobody entered. */
  | { outcome: 'granted'; nextAt: number; alarming: boolean }
  | { outcome: 'wait'; nextAt: number }
  /** `strange`: only the share of strange browsers is used up. */
  | { outcome: 'exhausted'; budget: string; strange: boolean };

/** What keeps messages from becoming somebody's business or somebody's plague (W24, X32). */
export interface SendBudget {
  take(send: Send): Promise<Permission>;
  /** A code was entered; the person's wait begins anew, and the code is none that nobody answers. */
  entered(send: Omit<Send, 'network'>): Promise<void>;
  /** Whether anything of the person's own is counted, or waited for. */
  isCounting(owner: SendOwner): Promise<boolean>;
  /** The person's own waits and shares begin anew (F5); networks, countries and the day keep what they have counted. */
  clear(owner: SendOwner): Promise<void>;
}

/** Whom sends are counted for, as in `Send`; `receiver` is absent where there is no number. */
export interface SendOwner {
  accountId: string;
  receiver?: string;
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

export function createSendBudget(parts: SendBudgetParts): SendBudget {
  const { storage, clock, channel, log, limits, more = () => [] } = parts;
  const counters = createTryCounter({ storage, clock, name: `${channel}-sends`, durability: 'volatile' });
  const known = createSendWait({ storage, clock, name: `${channel}-waits` });
  const strange = createSendWait({ storage, clock, name: `${channel}-strange-waits` });
  const waitsOf = (send: Pick<Send, 'strange'>) => (send.strange ? strange : known);
  const breaker = parts.breaker?.(counters);

  /** All of them or none: what is refused uses up nothing. */
  async function takeAll(slots: readonly BudgetSlot[]): Promise<{ full?: string; counts: number[] }> {
    const taken: TrySlot[] = [];
    const counts: number[] = [];
    for (const { limit, ...slot } of slots) {
      const { allowed, count } = await counters.take(slot, { limit, windowMs: DAY });
      if (!allowed) {
        for (const former of taken) await counters.giveBack(former);
        return { full: slot.purpose, counts };
      }
      taken.push(slot);
      counts.push(count);
    }
    return { counts };
  }

  return {
    async take(send) {
      const { allowed, nextAt } = await waitsOf(send).take(send.accountId);
      if (!allowed) return { outcome: 'wait', nextAt };
      const shares = sharesOf(send, limits);
      const slots = [...shares, ...budgetsOf(send, limits), ...more(send)];
      const { full, counts } = (await breaker?.isOpen(send))
        ? { full: 'completion', counts: [] }
        : await takeAll(slots);
      if (full !== undefined) {
        const { purpose, country } = send;
        log.warn({ channel, budget: full, purpose, country }, 'a code was not sent');
        return {
          outcome: 'exhausted',
          budget: full,
          strange: shares.some(({ purpose: own }) => own === full),
        };
      }
      await breaker?.sent(send);
      const alarming = shares.some(({ limit }, index) => (counts[index] ?? 0) >= Math.min(ALARMING, limit));
      return { outcome: 'granted', nextAt, alarming };
    },
    async entered(send) {
      await breaker?.entered(send);
      await waitsOf(send).forget(send.accountId);
      for (const share of sharesOf(send, limits)) await counters.giveBack(share);
    },
    async isCounting(owner) {
      const waits = await Promise.all([known, strange].map((wait) => wait.isRunning(owner.accountId)));
      const counts = await Promise.all(subjectsOf(owner).map(counters.isCounting));
      return [...waits, ...counts].includes(true);
    },
    async clear(owner) {
      for (const wait of [known, strange]) await wait.forget(owner.accountId);
      for (const subject of subjectsOf(owner)) await counters.clear(subject);
    },
  };
}

const subjectsOf = ({ accountId, receiver }: SendOwner) =>
  receiver === undefined ? [accountId] : [accountId, receiver];

/**
 * Half of what a person may get is open to strange browsers, as long as nobody enters it: who has the password and not the
 * phone can't use up what the person's own browsers need (X32). What is entered was the person's.
 */
function sharesOf(send: Omit<Send, 'network'>, limits: SendLimits): BudgetSlot[] {
  if (!send.strange) return [];
  const half = (limit: number) => Math.max(1, Math.floor(limit / 2));
  return [
    { purpose: 'strange:receiver', subject: send.receiver, limit: half(limits.perReceiverPerDay) },
    { purpose: 'strange:account', subject: send.accountId, limit: half(limits.perAccountPerDay) },
  ];
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
