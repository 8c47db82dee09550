// Plain script, and loaded before everything else: what Node has to strip types from before there is a cache costs every
// start 15 MiB and 60 ms for the stripper. The folder lies beside the code: whoever may write there may change the code as well.
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

enableCompileCache(
  process.env.NODE_COMPILE_CACHE ?? fileURLToPath(new URL('../.cache/compile', import.meta.url)),
);
