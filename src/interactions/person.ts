import type { Account } from '#accounts';
import type { Passwords } from '#credentials';
import type { Route } from '#federation';
import { type EmailAddress, parseEmail } from '#kernel';
import type { PendingInteraction } from '#oidc';
import { wantsFreshPrimary } from './assurance.ts';
import type { Primary } from './facts.ts';
import { isProofAlive, type Progress } from './progress.ts';
import type { Services } from './services.ts';

export interface Person {
  identifier: EmailAddress | undefined;
  route: Route | undefined;
  primary: Primary | undefined;
  account: Account | undefined;
  /** Of a person who has just proven themselves here, by it or by a passkey. */
  password?: PasswordState;
}

type PasswordState = Awaited<ReturnType<Passwords['state']>>;

const nobody = { primary: undefined, account: undefined };

/**
 * Who is signing in, and by which proof: one of this log-in, or the browser's own sign-in where the request is content with it.
 * The routing rule is asked at every hop: a domain targeted between two clicks ends a password proof (W1).
 */
export async function findPerson(
  pending: PendingInteraction,
  progress: Progress,
  services: Services,
  /** `fresh`: the browser's own sign-in is not enough, whatever the request says. */
  { fresh = wantsFreshPrimary({ pending }) }: { fresh?: boolean } = {},
): Promise<Person> {
  const { accounts, federation } = services;
  const session = pending.session;
  const signedIn = session ? await accounts.byId(session.accountId) : undefined;
  if (session && signedIn && !progress.identifier && !fresh) {
    return {
      identifier: undefined,
      route: undefined,
      primary: { kind: 'session', signIn: session },
      account: signedIn,
    };
  }
  const identifier = progress.identifier ?? suggestedIdentifier(pending, signedIn);
  const route = identifier && (await federation.routing.route(identifier));
  const { primary } = progress;
  if (!primary || !route) return { identifier, route, ...nobody };
  const [account, password] = await Promise.all([
    accounts.byId(primary.accountId),
    primary.kind !== 'sso' ? services.credentials.passwords.state(primary.accountId) : undefined,
  ]);
  const alive =
    account !== undefined &&
    isProofAlive(primary, { account, now: services.clock.now() }) &&
    isRouteUnchanged(primary, route) &&
    (primary.kind !== 'password' || password?.version === primary.version);
  return alive
    ? { identifier, route, primary, account, ...(password && { password }) }
    : { identifier, route, ...nobody };
}

function isRouteUnchanged(primary: NonNullable<Progress['primary']>, route: Route): boolean {
  return primary.kind === 'sso'
    ? route.outcome === 'sso' && route.connection.id === primary.connectionId
    : route.outcome === 'local';
}

/** `login_hint`, or whoever is signed in and has to prove it again; not where another person may be wanted. */
function suggestedIdentifier(
  pending: PendingInteraction,
  signedIn: Account | undefined,
): EmailAddress | undefined {
  if (pending.params['prompt']?.split(' ').includes('select_account')) return undefined;
  const hint = pending.params['login_hint'];
  return (hint ? parseEmail(hint) : undefined) ?? (signedIn && parseEmail(signedIn.email));
}
