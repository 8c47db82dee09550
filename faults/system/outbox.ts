import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SentMessage } from '../../test/support/gatehouse.ts';

/** What was sent so far, oldest first. The last line may be half written while nodes run. */
export function outboxLines(dataDir: string): { messages: SentMessage[]; broken: number } {
  const path = join(dataDir, 'outbox.jsonl');
  if (!existsSync(path)) return { messages: [], broken: 0 };
  let broken = 0;
  const messages = readFileSync(path, 'utf8')
    .split('\n')
    .filter(Boolean)
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as SentMessage];
      } catch {
        broken++;
        return [];
      }
    });
  return { messages, broken };
}
