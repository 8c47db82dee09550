import type { Engine } from '#storage';

type Table = ReturnType<Engine['table']>;
type Verb = keyof Table;

/** One call to the storage that waits until the test lets it go. */
export interface Gate {
  /** The call has arrived. */
  reached: Promise<void>;
  open(): void;
  /** It never gets there: the call fails. */
  fail(error: Error): void;
}

export interface GatedEngine {
  wrap(engine: Engine): Engine;
  /** Stops the next call of this verb on this collection, before it does anything. */
  hold(collection: string, verb: Verb): Gate;
  /** The engine's own table, to see what lies there. */
  table(collection: string): Table;
  /** Copies in memory are dropped, as by a notice from another node: the next read comes to the engine. */
  forget(collection: string): void;
  /** Removes a document, which no feature does, as another node would. */
  remove(collection: string, key: string, now: number): Promise<void>;
}

/** The real engine, whose calls can be stopped one by one: races in the order that the test wants. */
export function createGatedEngine(): GatedEngine {
  const waiting: { collection: string; verb: Verb; arrive: () => Promise<void> }[] = [];
  const tables = new Map<string, Table>();
  const listeners: Parameters<Engine['changes']['listen']>[0][] = [];

  function gated(collection: string, table: Table): Table {
    return bound(table, (verb, call) => async (...args: unknown[]) => {
      const at = waiting.findIndex((gate) => gate.collection === collection && gate.verb === verb);
      if (at >= 0) await waiting.splice(at, 1)[0]?.arrive();
      return call(...args);
    });
  }

  function table(collection: string): Table {
    const found = tables.get(collection);
    if (!found) throw new Error(`no collection ${collection}`);
    return found;
  }

  return {
    wrap: (engine) => {
      const changes: Engine['changes'] = {
        ...engine.changes,
        listen(listener) {
          listeners.push(listener);
          engine.changes.listen(listener);
        },
      };
      return bound({ ...engine, changes }, (name, call) => {
        if (name !== 'table') return call;
        return (layout: Parameters<Engine['table']>[0]) => {
          const table = engine.table(layout);
          tables.set(layout.name, table);
          return gated(layout.name, table);
        };
      });
    },
    hold(collection, verb) {
      const [reached, opened] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      waiting.push({
        collection,
        verb,
        arrive() {
          reached.resolve();
          return opened.promise;
        },
      });
      return { reached: reached.promise, open: opened.resolve, fail: opened.reject };
    },
    table,
    forget(collection) {
      for (const listener of listeners) listener(collection, '*', []);
    },
    async remove(collection, key, now) {
      await table(collection).consume(key, now);
      for (const listener of listeners) listener(collection, key, []);
    },
  };
}

type Call = (...args: unknown[]) => unknown;

/** The same object, whose methods pass by `replace`. */
function bound<T extends object>(
  target: T,
  replace: (name: string, call: Call) => Call | ((arg: never) => unknown),
): T {
  return new Proxy(target, {
    get(object, name) {
      const value: unknown = Reflect.get(object, name, object);
      return typeof value === 'function' ? replace(String(name), value.bind(object) as Call) : value;
    },
  });
}
