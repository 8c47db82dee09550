import { z } from 'zod';
import { parseEmail } from '#kernel';
import { commaList, oneOf, setting, text, urlOf, wholeNumber } from '../setting-kinds.ts';

const MIN_WEBHOOK_SECRET_BYTES = 32;

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

const twilioSection = z.strictObject({
  accountSid: setting(
    text()
      .regex(/^AC[0-9a-zA-Z]{8,64}$/, { error: 'must be an account SID, which begins with AC' })
      .exactOptional(),
    {
      env: 'SMS_TWILIO_ACCOUNT_SID',
      description: 'Account of SMS_PROVIDER=twilio.',
      example: 'AC0123456789abcdef0123456789abcdef',
    },
  ),
  authToken: setting(text().exactOptional(), {
    env: 'SMS_TWILIO_AUTH_TOKEN',
    description: 'Secret of the Twilio account.',
    example: 'the token that the Twilio console shows',
  }),
  from: setting(
    text()
      .regex(/^(\+[1-9][0-9]{6,14}|MG[0-9a-zA-Z]{8,64})$/, {
        error: 'must be a number such as +15551234567 or a messaging service SID, which begins with MG',
      })
      .exactOptional(),
    {
      env: 'SMS_TWILIO_FROM',
      description: 'Sender: a number of the account, or a messaging service.',
      example: 'MG0123456789abcdef0123456789abcdef',
    },
  ),
  url: setting(urlOf('https:', 'http:'), {
    env: 'SMS_TWILIO_URL',
    description: 'Where Twilio answers; another one for its regions. https in production.',
    example: 'https://api.ie1.twilio.com',
  }),
});

const webhookSection = z.strictObject({
  url: setting(urlOf('https:', 'http:').exactOptional(), {
    env: 'SMS_WEBHOOK_URL',
    description: 'Endpoint of SMS_PROVIDER=webhook (docs/sms.md). https in production.',
    example: 'https://sms.internal.example/messages',
  }),
  secret: setting(
    text()
      .refine((value) => Buffer.byteLength(value) >= MIN_WEBHOOK_SECRET_BYTES, {
        error: `must have at least ${MIN_WEBHOOK_SECRET_BYTES} bytes`,
      })
      .exactOptional(),
    {
      env: 'SMS_WEBHOOK_SECRET',
      description: 'Key with which our requests to SMS_WEBHOOK_URL are signed.',
      example: 'the output of: openssl rand -base64 48',
    },
  ),
});

const smsLimitsSection = z.strictObject({
  perNumberPerDay: setting(wholeNumber(1, 1_000), {
    env: 'LIMIT_SMS_PER_NUMBER',
    description:
      'Codes by text message to one phone number a day, counted apart for log-ins and for setting it up. Half of those for log-ins may be asked for, and left unanswered, in browsers that the person has not logged in with.',
    example: '10',
  }),
  perAccountPerDay: setting(wholeNumber(1, 1_000), {
    env: 'LIMIT_SMS_PER_ACCOUNT',
    description: 'Codes by text message for one account a day; half of them as LIMIT_SMS_PER_NUMBER says.',
    example: '10',
  }),
  perNetworkPerDay: setting(wholeNumber(1, 1_000_000), {
    env: 'LIMIT_SMS_PER_NETWORK',
    description:
      'Codes by text message asked for from one network address a day; a whole site may share one.',
    example: '200',
  }),
  perCountryPerDay: setting(wholeNumber(1, 10_000_000), {
    env: 'LIMIT_SMS_PER_COUNTRY',
    description: 'Codes by text message to one country a day.',
    example: '5000',
  }),
  perDay: setting(wholeNumber(1, 100_000_000), {
    env: 'LIMIT_SMS_PER_DAY',
    description: 'Codes by text message a day, all together.',
    example: '20000',
  }),
  breakerSends: setting(wholeNumber(5, 1_000_000), {
    env: 'SMS_BREAKER_SENDS',
    description:
      'Codes sent to one country within ten minutes from which on SMS_BREAKER_PERCENT counts: when fewer of them are entered, that country gets none for an hour.',
    example: '50',
  }),
  breakerPercent: setting(wholeNumber(0, 90), {
    env: 'SMS_BREAKER_PERCENT',
    description: 'Least percentage of codes sent that must be entered. 0 switches the breaker off.',
    example: '10',
  }),
});

export const smsSection = z.strictObject({
  provider: setting(oneOf(['none', 'outbox', 'twilio', 'webhook']), {
    env: 'SMS_PROVIDER',
    description:
      'Who sends text messages. none: codes by text message are not offered. outbox: to DATA_DIR/outbox.jsonl, which production refuses.',
    example: 'twilio',
  }),
  twilio: twilioSection,
  webhook: webhookSection,
  countries: setting(
    commaList(
      text().regex(/^[A-Z]{2}$/, { error: 'must hold ISO 3166 codes of two capital letters' }),
    ).refine((countries) => countries.length > 0, { error: 'must hold at least one country' }),
    {
      env: 'SMS_COUNTRIES',
      description: 'Countries whose phone numbers may get codes, in the order in which they are offered.',
      example: 'US,CA,GB',
    },
  ),
  codeMinutes: setting(wholeNumber(1, 60), {
    env: 'SMS_CODE_MINUTES',
    description: 'Minutes for which a code by text message works at log-in.',
    example: '10',
  }),
  enrolmentCodeMinutes: setting(wholeNumber(1, 120), {
    env: 'SMS_ENROLMENT_CODE_MINUTES',
    description: 'Minutes for which a code by text message works while a phone number is set up.',
    example: '30',
  }),
  limits: smsLimitsSection,
});

export const emailCodesSection = z.strictObject({
  offered: setting(oneOf(['on', 'off']), {
    env: 'EMAIL_CODES',
    description:
      'Codes by e-mail as second factor: on or off. The weakest method, as the same mailbox resets the password: never for payments nor beside single sign-on, and not after a reset (docs/email-codes.md).',
    example: 'on',
  }),
  minutes: setting(wholeNumber(1, 60), {
    env: 'EMAIL_CODE_MINUTES',
    description: 'Minutes for which a code by e-mail works.',
    example: '10',
  }),
  limits: z.strictObject({
    perAccountPerDay: setting(wholeNumber(1, 1_000), {
      env: 'LIMIT_EMAIL_CODES_PER_ACCOUNT',
      description:
        'Codes by e-mail for one account a day, and to one address. Half of them may be asked for, and left unanswered, in browsers that the person has not logged in with.',
      example: '20',
    }),
    perNetworkPerDay: setting(wholeNumber(1, 1_000_000), {
      env: 'LIMIT_EMAIL_CODES_PER_NETWORK',
      description: 'Codes by e-mail asked for from one network address a day; a whole site may share one.',
      example: '1000',
    }),
    perDay: setting(wholeNumber(1, 100_000_000), {
      env: 'LIMIT_EMAIL_CODES_PER_DAY',
      description: 'Codes by e-mail a day, all together.',
      example: '100000',
    }),
  }),
});
