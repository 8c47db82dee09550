import { createGatehouse } from '#app';
import { formatProblems, loadConfig } from '#config';
import { explainError } from '#kernel';

const loaded = loadConfig({ env: process.env });
if (loaded.outcome === 'invalid') {
  process.stderr.write(`${formatProblems(loaded.problems)}\n`);
  process.exit(1);
}
const gatehouse = createGatehouse({ config: loaded.config });

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
