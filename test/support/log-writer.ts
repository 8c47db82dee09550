// A process that writes many log lines to its standard output, as a worker under load does: node log-writer.ts <name> <lines>
import { createLogger } from '#ops';

const [name, lines] = process.argv.slice(2);
const log = createLogger({ level: 'info' });
for (let line = 0; line < Number(lines); line++)
  log.request({
    correlationId: `${name}-${line}`,
    method: 'GET',
    path: `/${'x'.repeat(100 + (line % 60))}`,
    status: 200,
    milliseconds: 3,
  });
