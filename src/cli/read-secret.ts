import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** The first line of standard input; at a terminal the question is asked and what is typed isn't shown. */
export async function readSecret(
  question: string,
  input: NodeJS.ReadableStream & { isTTY?: boolean },
  errors: NodeJS.WritableStream,
): Promise<string> {
  const terminal = input.isTTY === true;
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: unseen, terminal });
  if (terminal) errors.write(question);
  try {
    const closed = once(lines, 'close').then(() => '');
    return await Promise.race([lines.question(''), closed]);
  } finally {
    lines.close();
    if (terminal) errors.write('\n');
  }
}
