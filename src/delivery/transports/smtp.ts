import type { Transporter } from 'nodemailer';
import { parseEmail, SECOND } from '#kernel';
import { PermanentRefusal } from '../permanent-refusal.ts';
import { DeliveryFailure } from './delivery-failure.ts';
import type { Transport } from './transport.ts';

/**
 * Mail through the operator's SMTP server. The Message-ID comes from the job: a mail sent twice is seen to be one.
 * Every wait is shorter than a job's lease, so that a hanging server is not asked twice at once.
 */
export function createSmtpTransport({ url, from }: { url: string; from: string }): Transport {
  let mailer: Promise<Transporter> | undefined;
  const target = targetOf(url);
  const domain = parseEmail(from)?.domain ?? 'localhost';
  return async ({ id, to, subject, text, html }) => {
    if (!parseEmail(to)) throw new TypeError('the recipient is not a bare address');
    mailer ??= connectTo(url);
    const sent = (await mailer).sendMail({
      from,
      // An object, never a string: an address can't smuggle in another recipient.
      to: { name: '', address: to },
      subject,
      text,
      html,
      messageId: `<${id.replace(/[^\w.-]/g, '_')}@${domain}>`,
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
    await sent.catch((error: SmtpError) => {
      throw failureOf(error, target);
    });
  };
}

/** Loads the library with the first mail. */
async function connectTo(url: string): Promise<Transporter> {
  const { createTransport } = await import('nodemailer');
  return createTransport({
    url,
    disableFileAccess: true,
    disableUrlAccess: true,
    dnsTimeout: 10 * SECOND,
    connectionTimeout: 10 * SECOND,
    greetingTimeout: 10 * SECOND,
    socketTimeout: 30 * SECOND,
  });
}

/** As failures name it: the URL holds a password. */
function targetOf(url: string): string {
  const { protocol, hostname, port } = new URL(url);
  return `mail smtp ${hostname}:${port || (protocol === 'smtps:' ? 465 : 587)}`;
}

interface SmtpError extends Error {
  code?: string;
  /** Of the operating system, such as ECONNREFUSED. */
  originalCode?: string;
  responseCode?: number;
}

/** The words of the server's answer may repeat the recipient: its code alone. */
function failureOf(error: SmtpError, target: string): Error {
  const { code, originalCode, responseCode } = error;
  const failure = new DeliveryFailure(target, [responseCode, code ?? error.name, originalCode]);
  return isRefusal(error) ? new PermanentRefusal(`${target} ${responseCode}`) : failure;
}

/** A 5yz answer to recipient or content (RFC 5321 4.2.1). Refused log-ins are the operator's to mend: those are tried again. */
function isRefusal({ code, responseCode = 0 }: SmtpError): boolean {
  return (code === 'EENVELOPE' || code === 'EMESSAGE') && responseCode >= 500 && responseCode < 600;
}
