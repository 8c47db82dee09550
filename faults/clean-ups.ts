/** What has to be ended whatever happens. */
export interface CleanUps {
  add(task: () => Promise<void> | void): void;
  /** Ends all, the newest first, also when some fail. */
  run(): Promise<void>;
}

export function createCleanUps(): CleanUps {
  const tasks: (() => Promise<void> | void)[] = [];
  return {
    add: (task) => {
      tasks.push(task);
    },
    async run() {
      for (let task = tasks.pop(); task; task = tasks.pop()) {
        try {
          await task();
        } catch (error) {
          console.error(error);
        }
      }
    },
  };
}
