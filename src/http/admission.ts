import type { RouteContext } from './http-context.ts';

/** Who may use a route: the words of the table of routes, and the check that the router makes before the handler runs. */
export interface Admission<V extends object> {
  who: string;
  /** The visitor as the handler gets them; undefined: they may not, and have their answer. */
  admit(ctx: RouteContext): V | undefined | Promise<V | undefined>;
}

export const ANYONE: Admission<object> = { who: 'anyone', admit: () => ({}) };

/** Of those that `first` admits only whom `isFurther` lets through; the others leave for `otherwise`, a path of ours. */
export function narrowed<V extends object>(
  first: Admission<V>,
  { who, isFurther, otherwise }: { who: string; isFurther(visitor: V): Promise<boolean>; otherwise: string },
): Admission<V> {
  return {
    who: `${first.who}; ${who}`,
    async admit(ctx) {
      const visitor = await first.admit(ctx);
      if (!visitor || (await isFurther(visitor))) return visitor;
      ctx.redirect(otherwise);
      ctx.status = 303;
      return undefined;
    },
  };
}
