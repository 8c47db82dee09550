import { type Clock, DAY, type Randomness } from '#kernel';
import type { Emission, Page, Storage } from '#storage';
import { type AuditEvent, auditEventSchema, isFailedTry } from './audit-event.ts';
import type { AuditKind } from './audit-kind.ts';
import { forgetEvents } from './forget-events.ts';

/** An event before it has its id and time. */
export type AuditFacts = Omit<AuditEvent, 'id' | 'at' | 'type' | 'details'> & {
  type: AuditKind;
  details?: AuditEvent['details'];
};

export const AUDIT_TOPIC = 'audit';

export interface AuditQuery {
  accountId?: string;
  companyId?: string;
  /** Epoch milliseconds: nothing older. */
  from?: number;
  limit?: number;
  after?: string;
}

export interface Audit {
  record(event: AuditFacts): Promise<void>;
  /** The same event, to be written together with the change that it tells of. */
  emission(event: AuditFacts): Emission;
  /** Takes over an emission; harmless to repeat. */
  append(payload: Record<string, unknown>): Promise<void>;
  /** Newest first. */
  list(query: AuditQuery): Promise<Page<AuditEvent>>;
  /** Deletes what is older than its retention. Resolves with the number of events. */
  forget(retention: AuditRetention): Promise<number>;
}

/** Days for which events are kept; failed tries are kept no longer than the others. */
export interface AuditRetention {
  retentionDays: number;
  failedTriesDays: number;
}

export interface AuditParts {
  storage: Storage;
  clock: Clock;
  randomness: Randomness;
  /** Told the type of each event that was recorded: for metrics. */
  observe?: (type: string) => void;
}

/** Declares its collection: to be called before the storage opens. */
export function createAudit(parts: AuditParts): Audit {
  const { storage, clock, randomness, observe = () => {} } = parts;
  const events = storage.collection<AuditEvent>({
    name: 'audit',
    schema: auditEventSchema,
    key: 'id',
    index: {
      byTime: ['at'],
      byAccount: ['accountId', 'at'],
      byCompany: ['companyId', 'at'],
      byTry: ['triedAt'],
    },
    durability: 'durable',
  });
  const complete = (event: AuditFacts): AuditEvent => {
    const at = clock.now();
    return {
      details: {},
      ...event,
      id: randomness.id(),
      at,
      ...(isFailedTry(event.type) && { triedAt: at }),
    };
  };
  async function add(event: AuditEvent): Promise<void> {
    if (await events.insertIfAbsent(event)) observe(event.type);
  }

  return {
    async record(event) {
      await add(complete(event));
    },
    emission(event) {
      const payload = complete(event);
      return { id: payload.id, topic: AUDIT_TOPIC, payload };
    },
    async append(payload) {
      await add(auditEventSchema.parse(payload));
    },
    list({ accountId, companyId, from, ...page }) {
      const rest = { reverse: true, ...page, ...(from !== undefined && { range: { from } }) };
      if (accountId) return events.find({ index: 'byAccount', equals: [accountId], ...rest });
      if (companyId) return events.find({ index: 'byCompany', equals: [companyId], ...rest });
      return events.find({ index: 'byTime', ...rest });
    },
    forget({ retentionDays, failedTriesDays }) {
      const now = clock.now();
      return forgetEvents(events, {
        before: now - retentionDays * DAY,
        triesBefore: now - failedTriesDays * DAY,
      });
    },
  };
}
