import type { KoaContextWithOIDC } from 'oidc-provider';
import { startAgainFrom } from '#http';
import type { Locale } from '#i18n';
import { negotiateLocale } from '#i18n';
import type { Log } from '#kernel';
import type { Renderer } from '#rendering';
import { oidcOf } from './library-gaps.ts';
import { markOutage, outageOf } from './outage.ts';

export interface PageParts {
  renderer: Renderer;
  log: Log;
  /** The language chosen by a click in this browser. */
  chosenLanguage(ctx: KoaContextWithOIDC): string | undefined;
  correlationId(ctx: KoaContextWithOIDC): string;
}

export type Pages = ReturnType<typeof createPages>;

/** Our pages where the library would show its own. */
export function createPages({ renderer, log, chosenLanguage, correlationId }: PageParts) {
  const locale = (ctx: KoaContextWithOIDC): Locale =>
    negotiateLocale({
      cookie: chosenLanguage(ctx),
      uiLocales: oidcOf(ctx)?.params?.['ui_locales'] ?? String(ctx.query['ui_locales'] ?? ''),
      acceptLanguage: ctx.get('accept-language'),
    });
  const html = (ctx: KoaContextWithOIDC, body: string) => {
    ctx.type = 'html';
    ctx.body = body;
  };

  return {
    locale,

    /** "Log Out" sends `logout`, "Stay Logged In" leaves it out. */
    async logOut(ctx: KoaContextWithOIDC): Promise<void> {
      const oidc = oidcOf(ctx);
      const data = {
        action: new URL(
          (ctx.oidc as unknown as { urlFor(name: string): string }).urlFor('end_session_confirm'),
        ).pathname,
        csrf: '',
        hidden: { xsrf: String(oidc.session.state?.['secret']) },
        ...(oidc.client?.clientName && { clientName: oidc.client.clientName }),
      };
      html(ctx, renderer.page('interactions/log-out', data, { locale: locale(ctx) }));
    },

    /** After "Stay Logged In" the relying party alone is left. */
    async loggedOut(ctx: KoaContextWithOIDC): Promise<void> {
      const clientName = oidcOf(ctx).client?.clientName;
      const stayed = ctx.query['stayed'] !== undefined;
      html(
        ctx,
        renderer.page(
          'interactions/logged-out',
          { stayed, ...(clientName && { clientName }) },
          { locale: locale(ctx) },
        ),
      );
    },

    /** A 200 page that moves on: CSP form-action forbids POST → redirect → elsewhere (docs/decisions/003). */
    leave(ctx: KoaContextWithOIDC, url: string): void {
      ctx.status = 200;
      ctx.remove('location');
      const destination = new URL(url).host;
      html(ctx, renderer.page('interactions/leave', { url, destination }, { locale: locale(ctx) }));
    },

    /** Errors that may not go to a redirect URI: unknown client, wrong redirect URI, expired request (RFC 6749 4.1.2.1). */
    async error(
      ctx: KoaContextWithOIDC,
      out: { error: string; error_description?: string },
      error?: Error,
    ): Promise<void> {
      const id = correlationId(ctx);
      const outage = outageOf(error);
      if (outage) markOutage(ctx);
      log.info({ error: out.error, reason: out.error_description }, 'authorization error page');
      const data = {
        code: outage?.code ?? (out.error === 'server_error' ? 'internal' : `oidc.${out.error}`),
        status: ctx.status,
        params: { description: out.error_description ?? '' },
        correlationId: id,
        startAgainUrl: startAgainFrom(ctx.path),
      };
      html(ctx, renderer.page('errors/error', data, { locale: locale(ctx) }));
    },
  };
}
