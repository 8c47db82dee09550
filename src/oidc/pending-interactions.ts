import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider';
import { scopesOfClaims } from './claims.ts';
import { companiesByClient } from './company-choice.ts';
import type { FactorMoment, InteractionOutcome } from './interaction-result.ts';
import type { SessionFields } from './library-gaps.ts';
import { requestedAcr } from './requested-acr.ts';

/** An authorization request that waits for the person, in our terms. */
export interface PendingInteraction {
  uid: string;
  /** Stays the same over the prompts of one request. */
  cid: string;
  prompt: { name: string; reasons: readonly string[] };
  params: Readonly<Record<string, string | undefined>>;
  client: PendingClient;
  /** What the client wants to know and do: the scopes asked for, and those of claims asked for by name. */
  scopes: readonly string[];
  /** APIs to which it wants access (RFC 8707). */
  resources: readonly string[];
  /** acr values asked for and supported, in order. */
  requestedAcr: readonly string[];
  /** Who is signed in at this browser, when that sign-in is still good. */
  session: CurrentSignIn | undefined;
  /** Whoever logged in at this browser after the request had come, as in another tab (W4). */
  signedInMeanwhile: CurrentSignIn | undefined;
  /** One of our own pages wants a second factor that was proven just now (X34). */
  wantsFreshFactor: boolean;
  /** What earlier prompts of this request settled. */
  settled: InteractionOutcome;
}

export interface PendingClient {
  clientId: string;
  name: string;
  firstParty: boolean;
  payments: boolean;
  /** The built-in client whose log-in is the acceptance of an invitation. */
  acceptsInvitation: boolean;
  /** Our own pages: what they ask is about the account itself. */
  ownPage: boolean;
  redirectHost: string;
  policyUrl: string | undefined;
  termsUrl: string | undefined;
}

export interface CurrentSignIn {
  uid: string;
  accountId: string;
  epoch: number;
  acr: string;
  amr: readonly string[];
  /** Epoch seconds of the primary proof. */
  loginTs: number;
  /** Epoch seconds; when that proof reached us. */
  startedAt: number;
  signIn: NonNullable<SessionFields['signIn']>;
  secondFactor: boolean;
  /** The latest proof of a second factor. */
  factor?: FactorMoment;
  /** Chosen companies by client. */
  companies: Readonly<Record<string, string>>;
}

interface LibraryInteraction {
  uid: string;
  cid: string;
  prompt: { name: string; reasons: string[] };
  params: Record<string, string>;
  returnTo: string;
  exp: number;
  session?: { uid?: string; accountId: string };
  result?: object;
  lastSubmission?: object;
  save(ttl: number): Promise<unknown>;
}

/** The interaction of this browser, or undefined when it is lost, expired, finished or another browser's. */
export async function loadPending(
  provider: Provider,
  req: IncomingMessage,
  res: ServerResponse,
  uid: string,
): Promise<PendingInteraction | undefined> {
  const details = await libraryInteraction(provider, req, res);
  if (details?.uid !== uid) return undefined;
  const client = await provider.Client.find(details.params['client_id'] ?? '');
  if (!client) return undefined;
  const claims = parseClaims(details.params['claims']);
  const stored = details.session?.uid ? await provider.Session.findByUid(details.session.uid) : undefined;
  if (stored && stored.accountId !== details.session?.accountId) return undefined;
  return {
    uid,
    cid: details.cid,
    prompt: details.prompt,
    params: details.params,
    client: describeClient(client as never, details.params['redirect_uri']),
    scopes: askedScopes(details.params['scope'], claims),
    resources: [details.params['resource'] ?? []].flat(),
    requestedAcr: requestedAcr({ params: details.params, claims }),
    session: stored ? currentSignIn(stored as unknown as SessionFields) : undefined,
    signedInMeanwhile: stored ? undefined : await laterSignIn(provider, req, res, details),
    wantsFreshFactor: client['own_page'] === true && details.params['factor_max_age'] !== undefined,
    settled: (details.lastSubmission ?? {}) as InteractionOutcome,
  };
}

/**
 * The library's own look-up gives up when the session has ended meanwhile, as by a change of password within this very
 * log-in: ours only wants the cookie of this interaction.
 */
async function libraryInteraction(provider: Provider, req: IncomingMessage, res: ServerResponse) {
  const { cookies } = provider.createContext(req, res);
  const uid = cookies.get(provider.cookieName('interaction'), { signed: true });
  return uid
    ? ((await provider.Interaction.find(uid)) as unknown as LibraryInteraction | undefined)
    : undefined;
}

async function laterSignIn(
  provider: Provider,
  req: IncomingMessage,
  res: ServerResponse,
  { session }: LibraryInteraction,
): Promise<CurrentSignIn | undefined> {
  const { get } = provider.Session as unknown as { get(ctx: object): Promise<SessionFields> };
  const present = await get.call(provider.Session, provider.createContext(req, res));
  return present.uid === session?.uid ? undefined : currentSignIn(present);
}

/** Queues the back-channel notices of a session. */
type TellOfEnd = (session: SessionFields) => Promise<void>;
type Session = NonNullable<Awaited<ReturnType<Provider['Session']['findByUid']>>>;

/**
 * Writes the outcome and tells where the request goes on. Another person's session in this browser ends here, so that the
 * library finds an empty one instead of asking for a log-out; its relying parties are told.
 */
export async function finishPending(
  provider: Provider,
  uid: string,
  outcome: InteractionOutcome | { error: string; error_description: string },
  { meanwhile, tellOfEnd }: { meanwhile: CurrentSignIn | undefined; tellOfEnd: TellOfEnd },
): Promise<string | undefined> {
  const found = (await provider.Interaction.find(uid)) as unknown as LibraryInteraction | undefined;
  if (!found) return undefined;
  const login = 'login' in outcome ? outcome.login : undefined;
  if (login && found.session) {
    const session = found.session.uid ? await provider.Session.findByUid(found.session.uid) : undefined;
    const other = found.session.accountId !== login.accountId;
    if (other) await endSession(session, tellOfEnd);
    // Also when it ended meanwhile, as by a change of password within this very log-in.
    if (other || !session) delete found.session;
  }
  if (login && meanwhile && meanwhile.accountId !== login.accountId) {
    await endSession(await provider.Session.findByUid(meanwhile.uid), tellOfEnd);
  }
  found.result = 'error' in outcome ? outcome : { ...found.lastSubmission, ...outcome };
  await found.save(found.exp - Math.floor(Date.now() / 1000));
  return found.returnTo;
}

/** Before the end, so that a crash in between costs a notice too many at most. */
async function endSession(session: Session | undefined, tellOfEnd: TellOfEnd): Promise<void> {
  if (!session) return;
  await tellOfEnd(session as unknown as SessionFields);
  await session.destroy();
}

function describeClient(
  client: {
    clientId: string;
    clientName?: string;
    first_party?: boolean;
    payments?: boolean;
    accepts_invitation?: boolean;
    own_page?: boolean;
    policyUri?: string;
    tosUri?: string;
  },
  redirectUri = '',
): PendingClient {
  return {
    clientId: client.clientId,
    name: client.clientName ?? client.clientId,
    firstParty: client.first_party === true,
    payments: client.payments === true,
    acceptsInvitation: client.accepts_invitation === true,
    ownPage: client.own_page === true,
    redirectHost: URL.parse(redirectUri)?.host || redirectUri,
    policyUrl: client.policyUri,
    termsUrl: client.tosUri,
  };
}

export function currentSignIn(session: SessionFields): CurrentSignIn | undefined {
  const { accountId, epoch, signIn, loginTs, acr, factor } = session;
  if (!accountId || epoch === undefined || !signIn || loginTs === undefined || !acr) return undefined;
  return {
    uid: session.uid,
    accountId,
    epoch,
    acr,
    amr: session.amr ?? [],
    loginTs,
    startedAt: session.startedAt ?? loginTs,
    signIn,
    secondFactor: session.secondFactor === true,
    ...(factor && { factor }),
    companies: companiesByClient(session.authorizations),
  };
}

function askedScopes(
  scope = '',
  { id_token, userinfo }: Record<string, object | null | undefined>,
): string[] {
  const byName = scopesOfClaims([id_token, userinfo].flatMap((asked) => Object.keys(asked ?? {})));
  return [...new Set([...scope.split(' '), ...byName])];
}

/** The claims parameter was checked by the library before it was stored. */
function parseClaims(claims: string | undefined) {
  return claims ? JSON.parse(claims) : {};
}
