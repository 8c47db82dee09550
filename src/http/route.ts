import type { z } from 'zod';
import type { Admission } from './admission.ts';
import type { RouteContext } from './http-context.ts';

/** How a route that changes something is protected against forged requests. */
export type CsrfProtection =
  /** Origin and token; the token's scope is the path. */
  | 'form'
  /** The same with a scope of its own, so that several routes take one form. */
  | { scope: (ctx: RouteContext) => string }
  /** For routes that no cookie authenticates. */
  | { exempt: string };

interface RouteBase {
  /** Pattern of @koa/router: `/interaction/:uid`. */
  path: string;
  /** Unique, for log, metrics and the route table. */
  name: string;
  /** Per network address. With `fields`: only of requests whose form has something in one of them. */
  limit?: { bucket: string; perMinute: number; fields?: readonly string[] };
}

/** A route as it is mounted; made by `defineRoute`. */
export interface Route extends RouteBase {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absent on GET only. */
  csrf?: CsrfProtection;
  body?: z.ZodObject;
  who: Admission<object>;
  handler(ctx: RouteContext, visitor: never, input: never): void | Promise<void>;
}

interface ReadingRoute<V extends object> extends RouteBase {
  method: 'GET';
  /** Whoever is not admitted never reaches the handler. */
  who: Admission<V>;
  handler(ctx: RouteContext, visitor: V): void | Promise<void>;
}

interface WritingRoute<V extends object, B extends z.ZodObject> extends RouteBase {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  csrf: CsrfProtection;
  /** The fields of the form, without `csrf` and `lang`; others are refused. Absent: the body is not read, unless for its token. */
  body?: B;
  /** Asked after the protection against forged requests and the form's own rules. */
  who: Admission<V>;
  handler(ctx: RouteContext, visitor: V, input: z.infer<B>): void | Promise<void>;
}

/** Declares one route. Each says who may use it; what changes something has to say how it is protected, too. */
export function defineRoute<V extends object>(route: ReadingRoute<V>): Route;
export function defineRoute<V extends object, B extends z.ZodObject>(route: WritingRoute<V, B>): Route;
export function defineRoute(route: ReadingRoute<object> | WritingRoute<object, z.ZodObject>): Route {
  return route;
}
