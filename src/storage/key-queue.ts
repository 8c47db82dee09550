/** Runs tasks of one key one after the other, so that writers of one process never race each other; others at once. */
export interface KeyQueue {
  run<R>(key: string, task: () => Promise<R>): Promise<R>;
}

export function createKeyQueue(): KeyQueue {
  const tails = new Map<string, Promise<unknown>>();
  return {
    run(key, task) {
      const before = tails.get(key);
      const result = before ? before.then(task, task) : task();
      tails.set(key, result);
      const forget = () => {
        if (tails.get(key) === result) tails.delete(key);
      };
      result.then(forget, forget);
      return result;
    },
  };
}
