import { AsyncLocalStorage } from 'node:async_hooks';
import { type DestinationStream, pino } from 'pino';
import type { Log } from '#kernel';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** A log whose lines carry the correlation id of the request they belong to. */
export interface RequestLog extends Log {
  /** Every line written by `run`, and by what it starts, carries `correlationId`. */
  within<T>(correlationId: string, run: () => T): T;
}

// A net under the rule that nobody logs these: names of facts, at the top and one level down.
const PRIVATE_FACTS = [
  'authorization',
  'clientSecret',
  'client_secret',
  'confirm',
  'cookie',
  'link',
  'password',
  'passwordHash',
  'recoveryCode',
  'secret',
  'token',
  'totpSecret',
];
// Not one level down: there it is the code of an error.
const PRIVATE_AT_TOP = ['code'];

/** JSON lines on standard output, or on `destination`. */
export function createLogger({
  level,
  destination,
}: {
  level: LogLevel;
  destination?: DestinationStream;
}): RequestLog {
  const correlation = new AsyncLocalStorage<{ correlationId: string }>();
  const options = {
    level,
    base: null,
    redact: [...PRIVATE_AT_TOP, ...PRIVATE_FACTS.flatMap((name) => [name, `*.${name}`])],
    serializers: { err: describeError },
    mixin: () => ({ ...correlation.getStore() }),
  };
  const logger = destination ? pino(options, destination) : pino(options);
  return {
    debug: (facts, message) => logger.debug(facts, message),
    info: (facts, message) => logger.info(facts, message),
    warn: (facts, message) => logger.warn(facts, message),
    error: (facts, message) => logger.error(facts, message),
    within: (correlationId, run) => correlation.run({ correlationId }, run),
  };
}

/** Name, code, stack and cause only: drivers hang requests, addresses and answers on their errors. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}
