import type { Storage } from '#storage';

const WRITES = new Set([
  'insert',
  'insertIfAbsent',
  'put',
  'update',
  'mark',
  'consume',
  'increment',
  'delete',
]);

export interface PowerSwitch {
  /** Lets so many writes through and fails every one after them. */
  cutAfter(writes: number): void;
  restore(): void;
  /** True when a write was refused since `cutAfter`. */
  readonly wasCut: boolean;
}

/** The storage itself, whose writes can be made to fail from a chosen one on: a crash between two documents. */
export function createCutStorage(storage: Storage): { storage: Storage; power: PowerSwitch } {
  let left = Number.POSITIVE_INFINITY;
  let wasCut = false;
  const guarded = <T extends object>(collection: T): T =>
    new Proxy(collection, {
      get(target, verb, receiver) {
        const value = Reflect.get(target, verb, receiver);
        if (typeof value !== 'function' || !WRITES.has(String(verb))) return value;
        return async (...args: unknown[]) => {
          if (left-- > 0) return value.apply(target, args);
          wasCut = true;
          throw new Error('the power went');
        };
      },
    });
  return {
    storage: { ...storage, collection: (spec) => guarded(storage.collection(spec)) },
    power: {
      cutAfter(writes) {
        left = writes;
        wasCut = false;
      },
      restore() {
        left = Number.POSITIVE_INFINITY;
      },
      get wasCut() {
        return wasCut;
      },
    },
  };
}
