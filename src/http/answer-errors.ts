import { AppError } from '#kernel';
import type { RequestLog } from '#ops';
import { formatWait } from '#rendering';
import type { HttpContext, Middleware } from './http-context.ts';
import { asRefusal, problemDocument, refusalOf } from './problem.ts';

export const START_AGAIN_PATH = '/start-again';

/** The link by which people leave a page where they are stuck; `path` is that page's. */
export const startAgainFrom = (path: string) => `${START_AGAIN_PATH}?${new URLSearchParams({ from: path })}`;

// Where an old or foreign cookie may be the cause, so that leaving our cookies behind may help (B15).
const STUCK_STATUSES: ReadonlySet<number> = new Set([400, 409, 410, 500]);
// What is still being uploaded would be read as the next request.
const HALF_READ_STATUSES: ReadonlySet<number> = new Set([408, 413, 415]);
/** Seconds after which to try again, where the refusal doesn't say. */
const USUAL_WAIT: Readonly<Record<number, number>> = { 429: 60, 503: 5 };
// Statuses of a request that found nobody to answer it.
const UNANSWERED_STATUSES: ReadonlySet<number> = new Set([404, 405, 501]);

/** Turns whatever was thrown, and requests nobody answered, into a page or, for programs, problem+json. */
export function answerErrors({ log }: { log: RequestLog }): Middleware {
  return async (ctx, next) => {
    try {
      await next();
      if (UNANSWERED_STATUSES.has(ctx.status) && isUnanswered(ctx)) answer(refusalOf(ctx.status));
    } catch (error) {
      const refusal = asRefusal(error);
      report(log, refusal, error);
      answer(refusal);
    }

    function answer(refusal: AppError): void {
      if (ctx.headerSent) return;
      ctx.status = refusal.status;
      ctx.set('Cache-Control', 'no-store');
      if (HALF_READ_STATUSES.has(refusal.status)) ctx.set('Connection', 'close');
      const retryAfter = refusal.params['retryAfterSeconds'] ?? USUAL_WAIT[refusal.status];
      if (retryAfter !== undefined) ctx.set('Retry-After', String(retryAfter));
      const told = retryAfter === undefined ? refusal : withWait(ctx, refusal, Number(retryAfter));
      if (ctx.accepts('json', 'html') === 'html') answerPage(ctx, told, log);
      else answerProblem(ctx, told, log);
    }
  };
}

/** The same refusal with the time to wait in words, for its text. */
function withWait(ctx: HttpContext, refusal: AppError, seconds: number): AppError {
  const wait = formatWait(seconds, ctx.state.locale);
  const { code, status, params } = refusal;
  return new AppError(code, status, { params: { ...params, wait } });
}

function isUnanswered(ctx: HttpContext): boolean {
  return !ctx.headerSent && (ctx.body === undefined || ctx.body === null);
}

function report(log: RequestLog, refusal: AppError, error: unknown): void {
  const facts = { problem: refusal.code, status: refusal.status };
  if (refusal.status >= 500) log.error({ ...facts, err: error }, 'request failed');
  else log.info(facts, 'request refused');
}

function answerPage(ctx: HttpContext, refusal: AppError, log: RequestLog): void {
  const { site, locale, correlationId } = ctx.state;
  const { code, status, params } = refusal;
  const stuck = code === 'csrf' || STUCK_STATUSES.has(status);
  ctx.type = 'html';
  try {
    const data = {
      code,
      status,
      params,
      correlationId,
      ...(stuck ? { startAgainUrl: startAgainFrom(ctx.path) } : {}),
      ...(status === 404 ? { homeUrl: '/' } : {}),
    };
    ctx.body = site.renderer.page('errors/error', data, { locale });
  } catch (error) {
    log.error({ err: error }, 'the error page could not be rendered');
    ctx.body = site.renderer.fallback(status, correlationId);
  }
}

/** Where a request for another host would be answered, as on the page. */
function answersAt({ state: { site, locale } }: HttpContext, { params }: AppError): string {
  const address = params['answersAt'];
  return address === undefined
    ? ''
    : ` ${site.texts.translate(locale, 'errors:page.answers-at', { address })}`;
}

function answerProblem(ctx: HttpContext, refusal: AppError, log: RequestLog): void {
  const { site, locale, correlationId } = ctx.state;
  const text = (part: string, otherwise: string) => {
    const key = `errors:${refusal.code}.${part}`;
    return site.texts.has(key) ? site.texts.translate(locale, key, refusal.params) : otherwise;
  };
  let texts = { title: refusal.code, detail: '' };
  try {
    texts = { title: text('title', refusal.code), detail: text('text', '') + answersAt(ctx, refusal) };
  } catch (error) {
    log.error({ err: error }, 'the texts of an error could not be found');
  }
  ctx.body = JSON.stringify(problemDocument(refusal, texts, correlationId));
  ctx.set('Content-Type', 'application/problem+json; charset=utf-8');
}
