import { setFlagsFromString } from 'node:v8';
// `npm start` has it loaded before this file; half of a start's work.
import './compile-cache.js';

// The young generation is to grow with the load, not with what a start leaves behind: 16 MiB when idle.
setFlagsFromString('--semi-space-growth-factor=1');
const { run } = await import('./run.ts');
await run();
setFlagsFromString('--semi-space-growth-factor=2');
