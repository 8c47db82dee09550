import type { Collection } from '#storage';
import type { AuditEvent } from './audit-event.ts';

/** Events read and deleted at once. */
const BATCH = 500;

/**
 * Deletes events, the oldest first: all from before `before`, failed tries from before `triesBefore` (epoch milliseconds). Two at
 * once, or one that was cut off, do no harm. Resolves with the number of events.
 */
export async function forgetEvents(
  events: Collection<AuditEvent>,
  { before, triesBefore }: { before: number; triesBefore: number },
): Promise<number> {
  const tries = await forgetBy(events, 'byTry', triesBefore);
  return tries + (await forgetBy(events, 'byTime', before));
}

async function forgetBy(events: Collection<AuditEvent>, index: string, to: number): Promise<number> {
  for (let forgotten = 0; ; ) {
    const { items } = await events.find({ index, range: { to }, limit: BATCH });
    if (items.length === 0) return forgotten;
    const deleted = await Promise.all(items.map(({ id }) => events.delete(id)));
    forgotten += deleted.filter(Boolean).length;
  }
}
