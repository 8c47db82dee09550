import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

// Beside the code that it is made from: whoever may write there may change the code as well. Half of a start's work.
const compileCache = fileURLToPath(new URL('../.cache/compile', import.meta.url));
enableCompileCache(process.env['NODE_COMPILE_CACHE'] ?? compileCache);

// The young generation is to grow with the load, not with what a start leaves behind: 16 MiB when idle.
setFlagsFromString('--semi-space-growth-factor=1');
const { run } = await import('./run.ts');
await run();
setFlagsFromString('--semi-space-growth-factor=2');
