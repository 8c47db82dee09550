/** Serves every page and message with its sample data, to look at while changing views: `node scripts/preview-views.ts`. */
import { startPreview } from '../test/support/preview-server.ts';

const { url } = await startPreview();
console.log(`Pages and messages: ${url}/ (Ctrl+C ends)`);
