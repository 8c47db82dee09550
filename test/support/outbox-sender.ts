import { createOutboxFileTransport } from '#delivery';

/** Sends three messages to the outbox file that it is told, the second one too long for its disk, and prints what came of each. */
const [path = ''] = process.argv.slice(2);
const send = createOutboxFileTransport({ path, clock: Date });
const message = (subject: string, text: string) =>
  send({ id: subject, again: false, channel: 'email', to: 'ada@other.example', subject, text, html: '' });

const results = await Promise.allSettled([
  message('first', 'x'.repeat(600)),
  message('second', 'x'.repeat(3_000)),
  message('third', 'x'.repeat(600)),
]);
process.stdout.write(
  results.map((one) => (one.status === 'fulfilled' ? 'sent' : (one.reason as { code: string }).code)).join(),
);
