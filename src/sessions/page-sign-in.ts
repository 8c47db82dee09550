import type { Accounts } from '#accounts';
import { clearCookie, type RouteContext, readCookie, setCookie, speak } from '#http';
import type { Clock, Randomness } from '#kernel';
import type { AuthorizationServer, RedeemedCode } from '#oidc';
import { ACCOUNT_CLIENT, PAGE_COOKIE } from './own-pages.ts';
import type { PageSessionStore } from './page-session-store.ts';
import type { SignedIn } from './signed-in.ts';

export interface PageSignInParts {
  pages: PageSessionStore;
  clock: Clock;
  randomness: Randomness;
  accounts: Pick<Accounts, 'byId'>;
  server: Pick<AuthorizationServer, 'accountSessions'>;
}

/** The person of this browser, while the sign-in at the authorization server lives that the page session hangs on. */
export async function whoIsSignedIn(
  { pages, accounts, server }: PageSignInParts,
  ctx: RouteContext,
): Promise<SignedIn | undefined> {
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

/** A fresh cookie each time (X19); what was under way stays with the same person. */
export async function beginPageSession(
  { pages, clock, randomness }: PageSignInParts,
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

export async function forgetPageSession(pages: PageSessionStore, ctx: RouteContext): Promise<void> {
  const cookie = readCookie(ctx, PAGE_COOKIE);
  if (cookie) await pages.end(cookie);
  clearCookie(ctx, PAGE_COOKIE);
}
