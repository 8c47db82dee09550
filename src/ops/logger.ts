import { AsyncLocalStorage } from 'node:async_hooks';
import { type DestinationStream, pino } from 'pino';
import type { Log } from '#kernel';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** A log whose lines carry the correlation id of the request they belong to. */
export interface RequestLog extends Log {
  /** Every line written by `run`, and by what it starts, carries `correlationId`. */
  within<T>(correlationId: string, run: () => T): T;
  /** The line of an answered request. Its facts are always these, so that no secret is looked for among them. */
  request(facts: RequestFacts): void;
}

export interface RequestFacts {
  correlationId: string;
  method: string;
  /** Without its query. */
  path: string;
  status: number;
  milliseconds: number;
}

/** Lines of a busy moment are written together, at the latest after this. */
const FLUSH_AFTER_MS = 50;
const FLUSH_BYTES = 3_072;
/** PIPE_BUF: more may be torn apart where several workers write into one pipe. A longer line has a write of its own. */
const WRITE_BYTES = 4_096;

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

/** JSON lines on standard output, or on `destination`. Warnings and errors are written at once. */
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
  const { output, flush } = destination ? { output: destination, flush: () => {} } : standardOutput();
  const logger = pino(options, output);
  const requests = pino({ level, base: null }, output);
  return {
    debug: (facts, message) => logger.debug(facts, message),
    info: (facts, message) => logger.info(facts, message),
    warn(facts, message) {
      logger.warn(facts, message);
      flush();
    },
    error(facts, message) {
      logger.error(facts, message);
      flush();
    },
    within: (correlationId, run) => correlation.run({ correlationId }, run),
    request: (facts) => requests.info(facts, 'request'),
  };
}

/** The lines of a moment in one write: a write of its own for each costs more than making the line. */
function standardOutput() {
  const output = pino.destination({
    sync: true,
    minLength: FLUSH_BYTES,
    maxWrite: WRITE_BYTES,
    periodicFlush: FLUSH_AFTER_MS,
  });
  const flush = () => output.flushSync();
  process.once('exit', flush);
  return { output, flush };
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
