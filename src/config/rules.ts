import { type RawValues, valueAt } from './raw-values.ts';
import type { Setting } from './setting-list.ts';

/** A rule about several keys: `broken` tells from the values as written, so that it is reported beside all other problems. */
interface Rule {
  env: string;
  problem: string;
  broken(values: Written): boolean;
}

interface Written {
  production: boolean;
  has(env: string): boolean;
  text(env: string): string;
}

const RULES: readonly Rule[] = [
  {
    env: 'REDIS_URL',
    problem: 'must be set together with MONGO_URL, or neither of them',
    broken: ({ has }) => has('MONGO_URL') && !has('REDIS_URL'),
  },
  {
    env: 'MONGO_URL',
    problem: 'must be set together with REDIS_URL, or neither of them',
    broken: ({ has }) => has('REDIS_URL') && !has('MONGO_URL'),
  },
  {
    env: 'SECRET_KEYS',
    problem: 'is required with MONGO_URL and REDIS_URL, and in production',
    broken: ({ production, has }) =>
      !has('SECRET_KEYS') && (production || has('MONGO_URL') || has('REDIS_URL')),
  },
  {
    env: 'ISSUER',
    problem: 'must begin with https:// in production',
    broken: ({ production, text }) => production && !text('ISSUER').startsWith('https://'),
  },
  {
    env: 'ISSUER',
    problem: 'must be set when PORT is 0',
    broken: ({ has, text }) => !has('ISSUER') && Number(text('PORT')) === 0,
  },
  {
    env: 'WORKERS',
    problem: 'must be 1 where DATA_DIR is :memory:, which processes cannot share',
    broken: ({ has, text }) =>
      !has('MONGO_URL') && text('DATA_DIR') === ':memory:' && text('WORKERS') !== '1',
  },
  {
    env: 'SMTP_URL',
    problem: 'is required in production: without it messages would only go to a file',
    broken: ({ production, has }) => production && !has('SMTP_URL'),
  },
  {
    env: 'SMS_PROVIDER',
    problem: 'must not be outbox in production: text messages would only go to a file',
    broken: ({ production, text }) => production && text('SMS_PROVIDER') === 'outbox',
  },
  ...['SMS_TWILIO_ACCOUNT_SID', 'SMS_TWILIO_AUTH_TOKEN', 'SMS_TWILIO_FROM'].map((env) => ({
    env,
    problem: 'is required with SMS_PROVIDER=twilio',
    broken: ({ has, text }: Written) => text('SMS_PROVIDER') === 'twilio' && !has(env),
  })),
  ...['SMS_WEBHOOK_URL', 'SMS_WEBHOOK_SECRET'].map((env) => ({
    env,
    problem: 'is required with SMS_PROVIDER=webhook',
    broken: ({ has, text }: Written) => text('SMS_PROVIDER') === 'webhook' && !has(env),
  })),
  ...['SMS_WEBHOOK_URL', 'SMS_TWILIO_URL'].map((env) => ({
    env,
    problem: 'must begin with https:// in production',
    broken: ({ production, has, text }: Written) =>
      production && has(env) && !text(env).startsWith('https://'),
  })),
];

/** Breaches of the rules about several keys, by the key to change. */
export function brokenRules(
  values: RawValues,
  production: boolean,
  known: readonly Setting[],
): { env: string; problem: string }[] {
  const written = (env: string) => valueAt(values, known.find((setting) => setting.env === env)?.path ?? []);
  const has = (env: string) => written(env) !== undefined;
  const text = (env: string) => String(written(env) ?? '');
  return RULES.filter((rule) => rule.broken({ production, has, text })).map(({ env, problem }) => ({
    env,
    problem,
  }));
}
