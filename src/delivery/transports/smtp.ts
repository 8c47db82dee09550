import { createTransport } from 'nodemailer';
import type { Transport } from './transport.ts';

/** Mail through the operator's SMTP server. The Message-ID comes from the job: a mail sent twice is seen to be one. */
export function createSmtpTransport({ url, from }: { url: string; from: string }): Transport {
  const mailer = createTransport({ url, disableFileAccess: true, disableUrlAccess: true });
  const domain =
    from
      .split('@')
      .at(-1)
      ?.replace(/[^\w.-]/g, '') ?? 'localhost';
  return async ({ id, to, subject, text, html }) => {
    await mailer.sendMail({
      from,
      // An object, never a string: an address can't smuggle in another recipient.
      to: { name: '', address: to },
      subject,
      text,
      html,
      messageId: `<${id.replace(/[^\w.-]/g, '_')}@${domain}>`,
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
  };
}
