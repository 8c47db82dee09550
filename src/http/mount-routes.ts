import { Router } from '@koa/router';
import type Koa from 'koa';
import type { z } from 'zod';
import { networkOf } from '#kernel';
import { assertCsrfToken, assertSameOrigin } from './csrf.ts';
import { readForm } from './form-body.ts';
import type { HttpState, RouteContext } from './http-context.ts';
import type { Limiter } from './limiter.ts';
import { InvalidInputError } from './problem.ts';
import type { Route } from './route.ts';

/** Fields that any form may carry beside its own. */
const FORM_FIELDS_OF_OURS = ['csrf', 'lang'];

/** Adds `routes` to the app; a known path with another method gets 405 with `Allow`. */
export function mountRoutes(app: Koa<HttpState>, routes: readonly Route[], limiter: Limiter): void {
  const router = new Router<HttpState>();
  for (const route of routes) {
    router.register(route.path, [route.method], async (ctx) => {
      const context = ctx as unknown as RouteContext;
      context.state.route = route.name;
      await serve(route, context, limiter);
    });
  }
  app.use(router.routes() as Koa.Middleware<HttpState>);
  app.use(router.allowedMethods() as Koa.Middleware<HttpState>);
}

async function serve(route: Route, ctx: RouteContext, limiter: Limiter): Promise<void> {
  const { csrf, limit } = route;
  const isProtected = csrf !== undefined && !(typeof csrf === 'object' && 'exempt' in csrf);
  if (isProtected) assertSameOrigin(ctx);
  const count = async ({ bucket, perMinute }: NonNullable<Route['limit']>) =>
    limiter.count(bucket, networkOf(ctx.state.origin.ip), perMinute);
  if (limit && limit.fields === undefined) await count(limit);
  const fields = isProtected || route.body ? await readForm(ctx.req) : {};
  if (isProtected) {
    assertCsrfToken(ctx, typeof csrf === 'object' ? csrf.scope(ctx) : ctx.path, fields['csrf']);
  }
  if (limit?.fields?.some((name) => fields[name])) await count(limit);
  const input = route.body ? validated(route.body, fields) : {};
  const visitor = await route.who.admit(ctx);
  if (visitor) await route.handler(ctx, visitor as never, input as never);
}

function validated(schema: z.ZodObject, fields: Record<string, string>): unknown {
  const own = Object.fromEntries(
    Object.entries(fields).filter(([name]) => !FORM_FIELDS_OF_OURS.includes(name)),
  );
  const parsed = schema.strict().safeParse(own);
  if (parsed.success) return parsed.data;
  throw new InvalidInputError(parsed.error.issues.flatMap(fieldProblems));
}

function fieldProblems(issue: z.core.$ZodIssue) {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((field) => ({ field, problem: 'unknown' }));
  return [{ field: issue.path.join('.'), problem: issue.code }];
}
