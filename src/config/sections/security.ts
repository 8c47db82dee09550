import { z } from 'zod';
import { commaList, oneOf, setting, text, urlOf, wholeNumber } from '../setting-kinds.ts';

const MIN_SECRET_BYTES = 32;

const secretKey = text().refine((value) => Buffer.byteLength(value) >= MIN_SECRET_BYTES, {
  error: `must hold keys of at least ${MIN_SECRET_BYTES} bytes each`,
});

export const secretKeys = setting(
  commaList(secretKey)
    .refine((keys) => keys.length > 0, { error: 'must hold at least one key' })
    .exactOptional(),
  {
    env: 'SECRET_KEYS',
    description:
      'Keys that seal stored secrets and sign cookies, newest first. To rotate, put a new one in front and run `gatehouse reseal`.',
    example: 'the output of: openssl rand -base64 48',
    derived: 'generated into DATA_DIR/secret-keys on the embedded storage',
  },
);

export const outboundAllow = setting(
  commaList(text().regex(/^[^\s/:@]+$|^\[[0-9a-f:]+\]$/i, { error: 'must hold host names only' })),
  {
    env: 'OUTBOUND_ALLOW',
    description:
      'Hosts with loopback or private addresses that outgoing requests (identity providers, webhooks) may reach in production.',
    example: 'idp.internal,adfs.corp.example',
  },
);

export const sessionSection = z.strictObject({
  absoluteHours: setting(wholeNumber(1, 24 * 366), {
    env: 'SESSION_ABSOLUTE_HOURS',
    description:
      'Hours after which everyone signs in again, however active. Companies may set shorter idle times.',
    example: '336',
  }),
});

export const termsSection = z.strictObject({
  version: setting(text(), {
    env: 'TERMS_VERSION',
    description: 'Version of the terms that people accept at log-in; a new value asks everyone again.',
    example: '2026-11',
  }),
  url: setting(urlOf('https:', 'http:').exactOptional(), {
    env: 'TERMS_URL',
    description: 'Page with the text of the terms.',
    example: 'https://www.example.com/terms',
  }),
});

export const loginPages = setting(oneOf(['two', 'single']), {
  env: 'LOGIN_PAGES',
  description:
    'How people log in: two pages, the address first and then the password or the company’s identity provider; or a single page with both and the button "Log In". There a password typed with an address of a single sign-on domain is dropped unread.',
  example: 'single',
});

export const passkeys = setting(oneOf(['on', 'off']), {
  env: 'PASSKEYS',
  description:
    'Passkeys (WebAuthn), as second factor and to sign in without a password: on or off. They belong to the host of ISSUER: with another host all of them are lost, and an IP address has none.',
  example: 'off',
});

export const passwordsSection = z.strictObject({
  breachCheckUrl: setting(urlOf('https:', 'http:').exactOptional(), {
    env: 'PASSWORD_BREACH_CHECK',
    description:
      'Range look-up of breached passwords (k-anonymity: five digits of a SHA-1 leave this server). New passwords that it lists are refused; when it does not answer they pass, with a log line. Unset: not asked.',
    example: 'https://api.pwnedpasswords.com/range',
  }),
});

export const passwordHashSection = z.strictObject({
  algorithm: setting(oneOf(['argon2id', 'bcrypt']), {
    env: 'PASSWORD_HASH',
    description: 'How new passwords are stored. Others are taken and re-hashed at the next log-in.',
    example: 'argon2id',
  }),
  argon2: z.strictObject({
    memoryKiB: setting(wholeNumber(1024, 1_048_576), {
      env: 'ARGON2_MEMORY_KIB',
      description: 'Memory of one argon2id hash, in KiB.',
      example: '19456',
    }),
    timeCost: setting(wholeNumber(1, 20), {
      env: 'ARGON2_TIME_COST',
      description: 'Passes of one argon2id hash.',
      example: '2',
    }),
    parallelism: setting(wholeNumber(1, 16), {
      env: 'ARGON2_PARALLELISM',
      description: 'Lanes of one argon2id hash.',
      example: '1',
    }),
  }),
  bcrypt: z.strictObject({
    cost: setting(wholeNumber(4, 16), {
      env: 'BCRYPT_COST',
      description: 'Cost of one bcrypt hash: 2 to this power rounds.',
      example: '12',
    }),
  }),
});

export const limitsSection = z.strictObject({
  loginsPerMinutePerAddress: setting(wholeNumber(1, 100_000), {
    env: 'LIMIT_LOGINS_PER_MINUTE',
    description: 'Log-in attempts a minute from one network address.',
    example: '60',
  }),
  resetsPerMinutePerAddress: setting(wholeNumber(1, 100_000), {
    env: 'LIMIT_RESETS_PER_MINUTE',
    description: 'Password reset requests a minute from one network address.',
    example: '10',
  }),
  authorizationsPerMinutePerNetwork: setting(wholeNumber(1, 1_000_000), {
    env: 'LIMIT_AUTHORIZATIONS_PER_MINUTE',
    description:
      'Authorization requests a minute from one network; pushed requests, log-out requests and departures to identity providers are counted apart, by the same number.',
    example: '1200',
  }),
  failedClientsPerMinutePerNetwork: setting(wholeNumber(1, 100_000), {
    env: 'LIMIT_FAILED_CLIENTS_PER_MINUTE',
    description:
      'Failed client authentications a minute after which a network is refused for the rest of that minute. Others are not counted.',
    example: '120',
  }),
  secondFactorTries: setting(wholeNumber(1, 10), {
    env: 'LIMIT_SECOND_FACTOR_TRIES',
    description: 'Wrong second-factor codes per account within 10 minutes.',
    example: '5',
  }),
  invitationDays: setting(wholeNumber(1, 90), {
    env: 'INVITATION_DAYS',
    description: 'Days for which the link of an invitation works. It can be sent again.',
    example: '14',
  }),
  resetLinkMinutes: setting(wholeNumber(5, 1440), {
    env: 'RESET_LINK_MINUTES',
    description: 'Minutes for which a mailed password link works.',
    example: '60',
  }),
});
