import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';

export interface MailServer {
  /** For SMTP_URL. */
  url: string;
  /** The decoded text of the next mail to `address` that was not handed out yet; waits for it. */
  nextTo(address: string): Promise<string>;
  close(): Promise<void>;
}

interface Mail {
  to: string[];
  source: string;
}

/** A real SMTP server on a free port, without TLS and without passwords. */
export async function startMailServer(): Promise<MailServer> {
  const arrived: Mail[] = [];
  let wake = () => {};
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, session, done) {
      text(stream).then((source) => {
        arrived.push({ to: session.envelope.rcptTo.map(({ address }) => address), source });
        done();
        wake();
      }, done);
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;

  async function nextTo(address: string): Promise<string> {
    for (;;) {
      const index = arrived.findIndex(({ to }) => to.includes(address));
      const [mail] = index < 0 ? [] : arrived.splice(index, 1);
      if (mail) return plainText(mail.source);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }

  return {
    url: `smtp://127.0.0.1:${port}`,
    nextTo,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** The link of a mail: alone on its line. */
export const linkIn = (mail: string): string => /^http\S+$/m.exec(mail)?.[0] ?? '';

/** The text/plain part, its transfer encoding undone. */
function plainText(source: string): string {
  const part = /content-type: text\/plain[\s\S]*?(?=\r\n--)/i.exec(source)?.[0] ?? source;
  const end = part.indexOf('\r\n\r\n');
  const [head, body] = [part.slice(0, end), part.slice(end + 4)];
  if (/base64/i.test(head)) return Buffer.from(body, 'base64').toString();
  if (!/quoted-printable/i.test(head)) return body;
  const bytes = body
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}
