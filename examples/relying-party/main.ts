import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Router } from '@koa/router';
import Koa from 'koa';
import * as oidc from 'openid-client';
import { homePage, problemPage, signedInPage, termsPage } from './pages.ts';

/** A web app that lets Gatehouse log its people in: what an integrator would write with openid-client. */
export interface RelyingPartyOptions {
  issuer: string;
  clientId: string;
  clientSecret: string;
  host: string;
  port: number;
  name: string;
}

interface Visitor {
  /** Of the log-in under way. */
  pending?: { codeVerifier: string; state: string; nonce: string };
  tokens?: oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers;
  /** Asked of Gatehouse's pages, at log-out too. */
  language?: string;
}

const COOKIE = 'demo_app';

export async function startRelyingParty(
  options: RelyingPartyOptions,
): Promise<{ url: string; close(): void }> {
  const visitors = new Map<string, Visitor>();
  const app = new Koa();
  const server: Server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const url = `http://${options.host}:${(server.address() as AddressInfo).port}`;
  const redirectUri = `${url}/callback`;
  let discovered: Promise<oidc.Configuration> | undefined;
  const configuration = () => {
    discovered ??= oidc.discovery(
      new URL(options.issuer),
      options.clientId,
      options.clientSecret,
      undefined,
      {
        // Plain http, since everything of the demo stays on this machine.
        execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks],
      },
    );
    return discovered;
  };

  function visitorOf(ctx: Koa.Context): Visitor {
    let id = ctx.cookies.get(COOKIE);
    if (!id || !visitors.has(id)) {
      id = oidc.randomState();
      visitors.set(id, {});
      ctx.cookies.set(COOKIE, id, { httpOnly: true, sameSite: 'lax' });
    }
    return visitors.get(id) as Visitor;
  }

  const router = new Router();
  router.get('/', (ctx) => {
    const claims = visitorOf(ctx).tokens?.claims();
    ctx.body = claims ? signedInPage(options.name, claims, options.issuer) : homePage(options.name);
  });

  router.get('/terms', (ctx) => {
    ctx.body = termsPage(options.name);
  });

  router.get('/login', async (ctx) => {
    const pending = {
      codeVerifier: oidc.randomPKCECodeVerifier(),
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
    };
    const visitor = visitorOf(ctx);
    visitor.pending = pending;
    const wishes = Object.fromEntries(
      ['prompt', 'acr_values', 'max_age', 'ui_locales', 'company'].flatMap((name) =>
        typeof ctx.query[name] === 'string' ? [[name, ctx.query[name]]] : [],
      ),
    );
    if (wishes['ui_locales']) visitor.language = wishes['ui_locales'];
    const target = oidc.buildAuthorizationUrl(await configuration(), {
      redirect_uri: redirectUri,
      scope: 'openid profile email company',
      code_challenge: await oidc.calculatePKCECodeChallenge(pending.codeVerifier),
      code_challenge_method: 'S256',
      state: pending.state,
      nonce: pending.nonce,
      ...wishes,
    });
    ctx.redirect(target.href);
  });

  router.get('/callback', async (ctx) => {
    const visitor = visitorOf(ctx);
    const { pending } = visitor;
    if (!pending) {
      ctx.redirect('/');
      return;
    }
    delete visitor.pending;
    visitor.tokens = await oidc.authorizationCodeGrant(await configuration(), new URL(ctx.originalUrl, url), {
      pkceCodeVerifier: pending.codeVerifier,
      expectedState: pending.state,
      expectedNonce: pending.nonce,
    });
    ctx.redirect('/');
  });

  router.get('/logout', async (ctx) => {
    const visitor = visitorOf(ctx);
    const hint = visitor.tokens?.id_token;
    delete visitor.tokens;
    const target = oidc.buildEndSessionUrl(await configuration(), {
      post_logout_redirect_uri: `${url}/`,
      ...(hint && { id_token_hint: hint }),
      ...(visitor.language && { ui_locales: visitor.language }),
    });
    ctx.redirect(target.href);
  });

  app.use(async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      ctx.status = 400;
      ctx.body = problemPage(options.name, error as Error & { error?: string; error_description?: string });
    }
  });
  app.use(router.routes());
  server.on('request', app.callback());
  return {
    url,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
