import type { Accounts } from '#accounts';
import { type Admission, browserId, defineRoute, type Limiter, type Route, type RouteContext } from '#http';
import { type Randomness, sha256 } from '#kernel';
import type { AuthorizationServer } from '#oidc';
import type { Storage } from '#storage';
import { CALLBACK_PATH, PAGE_COOKIE } from './own-pages.ts';
import { createOwnProof, type OwnProofParts } from './own-proof.ts';
import { createPageSessionStore } from './page-session-store.ts';
import { beginPageSession, forgetPageSession, type PageSignInParts, whoIsSignedIn } from './page-sign-in.ts';
import { comeBack, leaveToLogIn, type RoundTripParts } from './round-trip.ts';
import { createRoundTripStore } from './round-trip-store.ts';
import { type Freshness, missingProofs, type SignedIn } from './signed-in.ts';

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
  const pages = createPageSessionStore(parts);
  const trips = createRoundTripStore(parts);
  const pieces = { ...parts, pages, trips, ownProof: createOwnProof(parts) };
  return {
    routes: [wayBack(pieces)],
    cookies: [{ name: PAGE_COOKIE }],
    signedIn: (wanted = {}, returnTo) => ({
      who: describe(wanted),
      admit: (ctx) => {
        const path = typeof returnTo === 'function' ? returnTo(ctx) : (returnTo ?? ctx.url);
        return admit(pieces, ctx, wanted, path);
      },
    }),
    chooseCompany: (ctx, returnTo) => leaveToLogIn(pieces, ctx, {}, returnTo, 'select_account'),
    forget: (ctx) => forgetPageSession(pages, ctx),
  };
}

type Pieces = SessionsParts &
  PageSignInParts &
  RoundTripParts & { ownProof: ReturnType<typeof createOwnProof> };

function wayBack(pieces: Pieces): Route {
  return defineRoute({
    method: 'GET',
    path: CALLBACK_PATH,
    name: 'signed-in',
    who: {
      who: 'the browser that left to log in',
      admit: (ctx) => ({ browser: sha256(browserId(ctx)) }),
    },
    handler: (ctx, { browser }) =>
      comeBack(pieces, ctx, browser, (redeemed) => beginPageSession(pieces, ctx, redeemed)),
  });
}

/** The person, once everything in `wanted` is proven; nobody, where they have left to prove it. */
async function admit(
  pieces: Pieces,
  ctx: RouteContext,
  wanted: Freshness,
  returnTo: string,
): Promise<SignedIn | undefined> {
  const person = await whoIsSignedIn(pieces, ctx);
  if (!person) {
    await leaveToLogIn(pieces, ctx, {}, returnTo);
    return undefined;
  }
  const proof = wanted.factor ? await pieces.ownProof(person.account) : 'none';
  const missing = missingProofs(wanted, person, { now: pieces.clock.now(), proof });
  if (!missing.primary && !missing.factor) return person;
  await leaveToLogIn(pieces, ctx, missing, returnTo);
  return undefined;
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
