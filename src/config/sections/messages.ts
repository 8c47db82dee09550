import { z } from 'zod';
import { parseEmail } from '#kernel';
import { oneOf, setting, text, urlOf } from '../setting-kinds.ts';

export const mailSection = z.strictObject({
  smtpUrl: setting(urlOf('smtp:', 'smtps:').exactOptional(), {
    env: 'SMTP_URL',
    description:
      'SMTP server that takes our mail. Unset: messages go to DATA_DIR/outbox.jsonl, which production refuses.',
    example: 'smtps://user:password@mail.example.com:465',
  }),
  from: setting(
    text().refine((value) => parseEmail(value) !== undefined, { error: 'must be a bare e-mail address' }),
    {
      env: 'MAIL_FROM',
      description: 'Sender address of every mail.',
      example: 'no-reply@id.example.com',
      derived: 'no-reply@ the host of ISSUER',
    },
  ),
});

export const smsSection = z.strictObject({
  provider: setting(oneOf(['outbox']), {
    env: 'SMS_PROVIDER',
    description:
      'Who will send text messages. No text message is sent yet: second factors are authenticator apps and recovery codes.',
    example: 'outbox',
  }),
});
