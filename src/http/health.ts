import type { RequestLog } from '#ops';
import type { Middleware } from './http-context.ts';

interface Options {
  /** Rejects while something that requests need does not answer. */
  check: () => Promise<void>;
  isDraining: () => boolean;
  log: RequestLog;
}

/** `/health/live`: the process answers. `/health/ready`: it may be sent requests. Under any Host: probes have their own. */
export function answerHealth({ check, isDraining, log }: Options): Middleware {
  return async (ctx, next) => {
    if (ctx.path === '/health/live') {
      ctx.body = { status: 'live' };
    } else if (ctx.path === '/health/ready') {
      const problem = isDraining() ? 'draining' : await failureOf(check, log);
      ctx.status = problem ? 503 : 200;
      ctx.body = { status: problem ?? 'ready' };
    } else {
      await next();
    }
  };
}

async function failureOf(check: () => Promise<void>, log: RequestLog): Promise<string | undefined> {
  try {
    await check();
    return undefined;
  } catch (error) {
    log.warn({ err: error }, 'not ready');
    return 'unavailable';
  }
}
