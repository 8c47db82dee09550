import type { AcknowledgedWrites } from './acknowledged-writes.ts';
import type { CollectionParts } from './collection-parts.ts';
import type { KeyQueue } from './key-queue.ts';
import { checkIndexValue } from './layout.ts';
import type { Collection } from './port.ts';
import { scopeOf } from './query.ts';

type Swap<T extends object> = AcknowledgedWrites<T>['swap'];
type Verb<T extends object, Name extends keyof Collection<T>> = Pick<Collection<T>, Name>;

/** The verbs that change what is there, each a compare-and-swap. */
export function createSwapVerbs<T extends object>(
  parts: CollectionParts<T>,
  swap: Swap<T>,
  queue: KeyQueue,
): Verb<T, 'update' | 'mark' | 'increment' | 'touch' | 'claim'> {
  return {
    update: (key, change, options) =>
      swap(key, (doc) => {
        const next = doc && change(doc);
        return next ? { next, emit: options?.emit?.(next) ?? [], value: next } : { value: undefined };
      }),
    mark: (key, name, value) =>
      swap<'won' | 'lost' | 'missing'>(key, (doc) => {
        if (!doc) return { value: 'missing' };
        const isSet = field(doc, name) !== undefined && field(doc, name) !== null;
        return isSet ? { value: 'lost' } : { next: { ...doc, [name]: value }, value: 'won' };
      }),
    ...createIncrement(swap),
    ...createTouch(parts, swap),
    ...createClaim(parts, swap, queue),
  };
}

function createIncrement<T extends object>(swap: Swap<T>): Verb<T, 'increment'> {
  return {
    increment: (key, name, { by = 1, limit = Number.POSITIVE_INFINITY, initial }) =>
      swap<{ allowed: boolean; value: number }>(key, (doc) => {
        const base = doc ?? initial;
        if (!base) return { value: { allowed: false, value: 0 } };
        const before = Number(field(base, name) ?? 0);
        const after = before + by;
        if (after > limit) return { value: { allowed: false, value: before } };
        return { next: { ...base, [name]: after }, value: { allowed: true, value: after } };
      }),
  };
}

function createTouch<T extends object>({ spec }: CollectionParts<T>, swap: Swap<T>): Verb<T, 'touch'> {
  return {
    async touch(key, expiresAt) {
      const name = spec.expiresAt;
      if (name === undefined) throw new TypeError(`${spec.name} declares no expiresAt`);
      return swap(key, (doc) =>
        doc ? { next: { ...doc, [name]: expiresAt }, value: true } : { value: false },
      );
    },
  };
}

function createClaim<T extends object>(
  { layout, table, clock }: CollectionParts<T>,
  swap: Swap<T>,
  queue: KeyQueue,
): Verb<T, 'claim'> {
  return {
    // The claims of one process take turns, lest they lose to each other.
    claim: ({ index, dueField, fenceField, leaseMs, limit }) =>
      queue.run('\0claim', async () => {
        const at = clock.now();
        const due = scopeOf(layout, { index, range: { to: at + 1 } });
        const claimed: T[] = [];
        for (const row of await table.find({ ...due, limit, reverse: false }, at)) {
          const doc = await swap(row.key, (current) => {
            if (!current || Number(field(current, dueField) ?? at + 1) > at) return { value: undefined };
            const fence = Number(field(current, fenceField) ?? 0) + 1;
            const next = { ...current, [dueField]: checkIndexValue(at + leaseMs), [fenceField]: fence };
            return { next, value: next };
          });
          if (doc) claimed.push(doc);
        }
        return claimed;
      }),
  };
}

const field = (doc: object, name: string): unknown => (doc as Record<string, unknown>)[name];
