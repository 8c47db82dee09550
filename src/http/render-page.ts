import type { ViewData, ViewName } from '#rendering';
import type { HttpContext } from './http-context.ts';

export interface PageOptions {
  /** Default 200. */
  status?: number;
  /** Where a GET shows the page again, for the language links. Default: the address of this request. */
  path?: string;
}

/** Answers with a page in the request's language. */
export function renderPage<V extends ViewName>(
  ctx: HttpContext,
  view: V,
  data: ViewData[V],
  { status = 200, path = ctx.url }: PageOptions = {},
): void {
  const { site, locale } = ctx.state;
  const page = site.renderer.page(view, data, { locale, path });
  ctx.status = status;
  ctx.type = 'html';
  ctx.body = page;
}
