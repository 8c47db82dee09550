/** Serves every page and message with its sample data: `node scripts/preview-views.ts [port]`, then open `/`. */
import { startPreview } from '../test/support/preview-server.ts';

const { origin } = await startPreview(Number(process.argv[2] ?? 4400));
console.log(`Pages and messages: ${origin}/`);
