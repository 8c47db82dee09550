import type { Credentials } from '#credentials';
import {
  clearCookie,
  defineRoute,
  formFields,
  linkHolder,
  type Route,
  type RouteContext,
  renderPage,
  setCookie,
  speak,
} from '#http';
import type { ViewData } from '#rendering';
import { ADDRESS_LINK } from '../link-cookies.ts';

const { name: COOKIE, path: PATH } = ADDRESS_LINK;
const CANCEL = `${PATH}/cancel`;
const HOLDER = linkHolder(ADDRESS_LINK);
/** 32 random bytes in base64url. */
const TOKEN = /^[\w-]{43}$/;
const HOUR_SECONDS = 3600;

type Done = ViewData['self-service/confirm-address-done'];

/** Behind the two mailed links. The first GET moves the token to a cookie; only a POST spends it (W6). */
export function confirmAddressRoutes({
  credentials,
}: {
  credentials: Pick<Credentials, 'addressChanges'>;
}): Route[] {
  const { addressChanges } = credentials;
  const finish = (ctx: RouteContext, done: Done, status = 200) => {
    clearCookie(ctx, COOKIE, PATH);
    renderPage(ctx, 'self-service/confirm-address-done', done, { status });
  };

  async function show(ctx: RouteContext, token: string): Promise<void> {
    const link = await addressChanges.inspect(token);
    if (link.outcome === 'dead') return finish(ctx, { state: 'dead' }, 410);
    speak(ctx, { account: link.account });
    renderPage(ctx, 'self-service/confirm-address', {
      ...formFields(ctx, PATH),
      side: link.side,
      email: link.account.email,
      newAddress: link.newAddress,
      ...(link.side === 'old' && { cancel: formFields(ctx, CANCEL) }),
    });
  }

  return [
    defineRoute({
      method: 'GET',
      path: PATH,
      name: 'confirm-address',
      who: HOLDER,
      async handler(ctx, kept) {
        const { token } = ctx.query;
        if (token === undefined) return show(ctx, kept.token);
        if (typeof token !== 'string' || !TOKEN.test(token)) return finish(ctx, { state: 'dead' }, 410);
        setCookie(ctx, COOKIE, token, { path: PATH, maxAgeSeconds: HOUR_SECONDS });
        ctx.redirect(PATH);
        ctx.status = 303;
      },
    }),
    defineRoute({
      method: 'POST',
      path: PATH,
      name: 'confirm-address.submit',
      who: HOLDER,
      csrf: 'form',
      limit: { bucket: 'confirm-address', perMinute: 60 },
      async handler(ctx, { token }) {
        const result = await addressChanges.confirm(token, ctx.state.origin);
        if (result.outcome === 'dead') return finish(ctx, { state: 'dead' }, 410);
        const { newAddress } = result;
        finish(ctx, {
          state: result.outcome === 'changed' ? 'changed' : `waiting-${result.for}`,
          newAddress,
        });
      },
    }),
    defineRoute({
      method: 'POST',
      path: CANCEL,
      name: 'confirm-address.cancel',
      who: HOLDER,
      csrf: 'form',
      limit: { bucket: 'confirm-address', perMinute: 60 },
      async handler(ctx, { token }) {
        const refused = await addressChanges.refuse(token, ctx.state.origin);
        finish(ctx, { state: refused ? 'cancelled' : 'dead' }, refused ? 200 : 410);
      },
    }),
  ];
}
