import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Beside the code it was made from: whoever may write there may change the code as well. A third of a start's work.
enableCompileCache(
  process.env['NODE_COMPILE_CACHE'] ?? fileURLToPath(new URL('../.cache/compile', import.meta.url)),
);
const { run } = await import('./run.ts');
await run();
