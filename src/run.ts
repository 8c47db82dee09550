import { createGatehouse } from '#app';
import { formatProblems, loadConfig } from '#config';
import { explainError } from '#kernel';

/** The server as a process: load the configuration, start, stop on a signal. */
export async function run(): Promise<void> {
  const loaded = loadConfig({ env: process.env });
  if (loaded.outcome === 'invalid') {
    process.stderr.write(`${formatProblems(loaded.problems)}\n`);
    process.exit(1);
  }
  const gatehouse = await createGatehouse({ config: loaded.config });
  try {
    await gatehouse.serve();
  } catch (error) {
    process.stderr.write(`Gatehouse could not start: ${explainError(error)}\n`);
    process.exit(1);
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      gatehouse.close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}
