import { createHash } from 'node:crypto';
import type { Accounts } from '#accounts';
import {
  type Admission,
  browserId,
  clearCookie,
  defineRoute,
  type Limiter,
  localPath,
  type Route,
  type RouteContext,
  readCookie,
  setCookie,
  speak,
} from '#http';
import { AppError, networkOf, type Randomness, sha256 } from '#kernel';
import { type AuthorizationServer, FRESH_LOG_IN, type RedeemedCode } from '#oidc';
import type { Storage } from '#storage';
import { ACCOUNT_CLIENT, CALLBACK_PATH, redirectUri } from './own-pages.ts';
import { createOwnProof, type OwnProofParts } from './own-proof.ts';
import { createPageSessionStore } from './page-session-store.ts';
import { createRoundTripStore } from './round-trip-store.ts';
import { FRESH_MS, type Freshness, missingProofs, type SignedIn } from './signed-in.ts';

const PAGE_COOKIE = 'gh_account';

export interface SessionsParts extends OwnProofParts {
  storage: Storage;
  randomness: Randomness;
  issuer: string;
  accounts: Pick<Accounts, 'byId'>;
  server: Pick<AuthorizationServer, 'accountSessions'>;
  limiter: Limiter;
  /** Log-ins that one network may begin at our pages: each leaves something in storage (X32). */
  logInsPerMinute: number;
}

/** Who is signed in on our own pages. */
export interface Sessions {
  /** The way back from the authorization endpoint. */
  routes: Route[];
  /** Plain names of the cookies, for "Start again" (B15). */
  cookies: readonly { name: string }[];
  /**
   * Admits the person, once everything in `wanted` was proven in the last five minutes; others leave to log in or step up
   * and come back to `returnTo`, a path of ours (this page's own unless said; a POST names the page of its form).
   */
  signedIn(wanted?: Freshness, returnTo?: string | ((ctx: RouteContext) => string)): Admission<SignedIn>;
  /** Off to the company picker, and back to `returnTo` (A17). */
  chooseCompany(ctx: RouteContext, returnTo: string): Promise<void>;
  /** Forgets this browser's page session; the sign-in itself ends elsewhere. */
  forget(ctx: RouteContext): Promise<void>;
}

/** Declares its collections: to be called before the storage opens. */
export function createSessions(parts: SessionsParts): Sessions {
  const { clock, randomness, issuer, accounts, server } = parts;
  const pages = createPageSessionStore(parts);
  const trips = createRoundTripStore(parts);
  const ownProof = createOwnProof(parts);

  async function leave(ctx: RouteContext, missing: Freshness, returnTo: string, prompt?: string) {
    const network = networkOf(ctx.state.origin.ip);
    await parts.limiter.count('own-page', network, parts.logInsPerMinute);
    const [state, codeVerifier] = [randomness.token(), randomness.token()];
    const browser = sha256(browserId(ctx));
    await trips.keep(state, { browser, codeVerifier, returnTo: localPath(returnTo) });
    const asks = missing.primary ? { prompt: 'login', nonce: FRESH_LOG_IN } : { ...(prompt && { prompt }) };
    const query = new URLSearchParams({
      client_id: ACCOUNT_CLIENT,
      redirect_uri: redirectUri(issuer),
      response_type: 'code',
      scope: 'openid',
      code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
      code_challenge_method: 'S256',
      state,
      ...(ctx.query['ui_locales'] && { ui_locales: String(ctx.query['ui_locales']) }),
      ...asks,
      ...(missing.factor && { factor_max_age: String(FRESH_MS / 1000) }),
    });
    redirect(ctx, `/auth?${query}`);
  }

  async function whoIs(ctx: RouteContext): Promise<SignedIn | undefined> {
    const cookie = readCookie(ctx, PAGE_COOKIE);
    const page = cookie ? await pages.find(cookie) : undefined;
    if (!cookie || !page) return undefined;
    const signIn = await server.accountSessions.current(page.sessionUid, ctx.state.origin);
    const account = signIn?.accountId === page.accountId ? await accounts.byId(page.accountId) : undefined;
    if (!signIn || !account) {
      await pages.end(cookie);
      return undefined;
    }
    speak(ctx, { account });
    return {
      account,
      signIn,
      companyId: signIn.companies[ACCOUNT_CLIENT],
      primaryAt: page.primaryAt,
      secrets: page.secrets,
      keepSecrets: (secrets) => pages.keepSecrets(cookie, secrets),
    };
  }

  async function comeBack(ctx: RouteContext, { browser }: { browser: string }): Promise<void> {
    const { code, state, error } = ctx.query as Record<string, string | undefined>;
    const trip = typeof state === 'string' ? await trips.take(state) : undefined;
    // An old page, or another browser's: the profile asks anew, in silence where somebody is signed in.
    if (!trip || trip.browser !== browser) return redirect(ctx, '/profile');
    if (typeof code !== 'string') throw refusalOf(error);
    const redeemed = await server.accountSessions.redeem({
      code,
      clientId: ACCOUNT_CLIENT,
      redirectUri: redirectUri(issuer),
      codeVerifier: trip.codeVerifier,
    });
    if (!redeemed) throw new AppError('sign-in.incomplete', 400);
    await begin(ctx, redeemed);
    redirect(ctx, trip.returnTo);
  }

  /** A fresh cookie each time (X19); what was under way stays with the same person. */
  async function begin(
    ctx: RouteContext,
    { accountId, sessionUid, isFreshLogIn }: RedeemedCode,
  ): Promise<void> {
    const former = readCookie(ctx, PAGE_COOKIE);
    const before = former ? await pages.find(former) : undefined;
    const same = before?.accountId === accountId && before.sessionUid === sessionUid ? before : undefined;
    const primaryAt = isFreshLogIn ? clock.now() : same?.primaryAt;
    const cookie = randomness.token();
    await pages.begin(cookie, {
      accountId,
      sessionUid,
      secrets: same?.secrets ?? {},
      ...(primaryAt !== undefined && { primaryAt }),
    });
    if (former) await pages.end(former);
    setCookie(ctx, PAGE_COOKIE, cookie);
  }

  return {
    routes: [
      defineRoute({
        method: 'GET',
        path: CALLBACK_PATH,
        name: 'signed-in',
        who: {
          who: 'the browser that left to log in',
          admit: (ctx) => ({ browser: sha256(browserId(ctx)) }),
        },
        handler: comeBack,
      }),
    ],
    cookies: [{ name: PAGE_COOKIE }],
    signedIn: (wanted = {}, returnTo) => ({
      who: describe(wanted),
      async admit(ctx) {
        const path = typeof returnTo === 'function' ? returnTo(ctx) : (returnTo ?? ctx.url);
        const person = await whoIs(ctx);
        if (!person) {
          await leave(ctx, {}, path);
          return undefined;
        }
        const proof = wanted.factor ? await ownProof(person.account) : 'none';
        const missing = missingProofs(wanted, person, { now: clock.now(), proof });
        if (!missing.primary && !missing.factor) return person;
        await leave(ctx, missing, path);
        return undefined;
      },
    }),
    chooseCompany: (ctx, returnTo) => leave(ctx, {}, returnTo, 'select_account'),
    async forget(ctx) {
      const cookie = readCookie(ctx, PAGE_COOKIE);
      if (cookie) await pages.end(cookie);
      clearCookie(ctx, PAGE_COOKIE);
    },
  };
}

/** For the table of routes. */
function describe({ primary, factor }: Freshness): string {
  const proofs = [
    ...(primary ? ['password or identity provider'] : []),
    ...(factor ? ['second factor'] : []),
  ];
  return proofs.length > 0
    ? `the person signed in, with ${proofs.join(' and ')} of the last 5 minutes`
    : 'the person signed in';
}

function redirect(ctx: RouteContext, path: string): void {
  ctx.redirect(path);
  ctx.status = 303;
}

function refusalOf(error: string | undefined): AppError {
  if (error === 'access_denied') return new AppError('permission-denied', 403);
  return new AppError('sign-in.incomplete', 400);
}
