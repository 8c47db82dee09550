import { createGatehouse } from '#app';
import { formatProblems, loadConfig } from '#config';
import { AppError } from '#kernel';

const loaded = loadConfig({ env: process.env });
if (loaded.outcome === 'invalid') {
  process.stderr.write(`${formatProblems(loaded.problems)}\n`);
  process.exit(1);
}
const gatehouse = createGatehouse({ config: loaded.config });

try {
  await gatehouse.serve();
} catch (error) {
  const reason = error instanceof AppError ? `${error.code} ${JSON.stringify(error.params)}` : String(error);
  process.stderr.write(`Gatehouse could not start: ${reason}\n`);
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
