/** What people and relying parties do. Values that are secret are named by their digest. */
const ACTS = [
  'log-in',
  'prove-totp',
  'redeem',
  'refresh',
  'use',
  'silent',
  'revoke',
  'log-out',
  'request-reset',
  'reset',
  'recover',
  'reach-factor',
  'enrol',
] as const;
export type Act = (typeof ACTS)[number];

/** `unknown`: time-out, cut connection or 503: it may have happened or not, now or later. */
export type Outcome = 'ok' | 'fail' | 'unknown';

export type Facts = Readonly<Record<string, string>>;

/** One line of the history. `at`: milliseconds since its beginning, by a monotonic clock. */
export type HistoryEvent =
  | { type: 'invoke'; at: number; id: number; actor: string; act: Act; facts: Facts }
  | { type: Outcome; at: number; id: number; facts?: Facts; reason?: string }
  | { type: 'fault'; at: number; name: string; phase: 'begin' | 'end'; shiftMs?: number }
  | { type: 'readiness'; at: number; node: string; status: number }
  | { type: 'answer'; at: number; tookMs: number; status: number; path: string; problem?: string }
  | { type: 'requests'; at: number; count: number; longestMs: number };

/** An invocation with its end. Without one it is unknown and ends never. */
export interface Operation {
  id: number;
  actor: string;
  act: Act;
  from: number;
  to: number;
  outcome: Outcome;
  /** Of the invocation and, when it went well, of the answer. */
  facts: Facts;
  reason?: string;
}

/** In the order of their invocation. */
export function operationsOf(events: readonly HistoryEvent[]): Operation[] {
  const open = new Map<number, Operation>();
  for (const event of events) {
    if (event.type === 'invoke') {
      const { id, actor, act, at: from, facts } = event;
      open.set(id, { id, actor, act, from, to: Number.POSITIVE_INFINITY, outcome: 'unknown', facts });
    } else if (event.type === 'ok' || event.type === 'fail' || event.type === 'unknown') {
      const invoked = open.get(event.id);
      if (!invoked) throw new Error(`operation ${event.id} ended without a beginning`);
      Object.assign(invoked, {
        outcome: event.type,
        // What nobody knows the end of may happen at any time afterwards.
        to: event.type === 'unknown' ? Number.POSITIVE_INFINITY : event.at,
        facts: { ...invoked.facts, ...event.facts },
        ...(event.reason !== undefined && { reason: event.reason }),
      });
    }
  }
  return [...open.values()];
}

export interface FaultSpan {
  name: string;
  from: number;
  to: number;
  /** For how far the clock of the server is off meanwhile, milliseconds. */
  shiftMs?: number;
}

export function faultsOf(events: readonly HistoryEvent[]): FaultSpan[] {
  const spans: FaultSpan[] = [];
  for (const event of events) {
    if (event.type !== 'fault') continue;
    const { name, at, shiftMs } = event;
    if (event.phase === 'begin')
      spans.push({
        name,
        from: at,
        to: Number.POSITIVE_INFINITY,
        ...(shiftMs !== undefined && { shiftMs }),
      });
    else {
      const open = spans.findLast((one) => one.name === name && one.to === Number.POSITIVE_INFINITY);
      if (open) open.to = at;
    }
  }
  return spans;
}

/** Whether the servers' clock jumped between two instants. */
export function clockMoved(faults: readonly FaultSpan[], since: number, until: number): boolean {
  const isWithin = (at: number) => at >= since && at <= until;
  return faults.some(({ shiftMs, from, to }) => shiftMs !== undefined && (isWithin(from) || isWithin(to)));
}
