import type { IncomingMessage, ServerResponse } from 'node:http';
import { HOUR } from '#kernel';
import { type AccountSessions, createAccountSessions } from './account-sessions.ts';
import { refusedClients } from './client-metadata.ts';
import { SESSION_COOKIE } from './configuration.ts';
import { createCurrentProvider } from './current-provider.ts';
import type { InteractionOutcome } from './interaction-result.ts';
import { createProviderMaker } from './make-provider.ts';
import { OPEN_COOKIE } from './open-requests.ts';
import {
  type CurrentSignIn,
  finishPending,
  loadPending,
  type PendingInteraction,
} from './pending-interactions.ts';
import type { AuthorizationServerParts } from './server-parts.ts';
import { createSharedPieces } from './shared-pieces.ts';
import { createSigningKeys, SIGNING_KEYS } from './signing-keys.ts';

/** The seam to oidc-provider: everything above speaks to this and never to the library. */
export interface AuthorizationServer {
  /** Makes keys at the first start and builds the provider. Storage must be open. */
  start(): Promise<void>;
  /** Clients that the library would refuse when they are used: a reason for each (RFC 7591 3.2.2). */
  refusedClients(clientIds: readonly string[]): Promise<{ clientId: string; problem: string }[]>;
  handle(req: IncomingMessage, res: ServerResponse): Promise<void>;
  pending(req: IncomingMessage, res: ServerResponse, uid: string): Promise<PendingInteraction | undefined>;
  /** Writes the interaction's outcome; resolves with the URL at which the request goes on, undefined when it is gone. */
  finish(
    uid: string,
    outcome: InteractionOutcome | { error: string; error_description: string },
    /** `signedInMeanwhile` of the interaction: ended when it is another person's. */
    meanwhile?: CurrentSignIn,
  ): Promise<string | undefined>;
  /** Path that starts the same request again, for the browser that made it (W4). */
  restart(uid: string, browser: string, changes?: Record<string, string>): Promise<string | undefined>;
  /** Client id of the relying party whose request this was, in whatever browser. */
  clientOf(uid: string): Promise<string | undefined>;
  /** Whether the person allowed this client at an earlier log-in all that it asks for now. */
  hasConsented(
    accountId: string,
    pending: PendingInteraction,
    companyId: string | undefined,
  ): Promise<boolean>;
  /** What our own pages ask of sign-ins. */
  accountSessions: AccountSessions;
  rotateKeys(): Promise<void>;
  /** Plain names of the cookies that "Start again" clears (B15); the others end with their interaction. */
  cookies: readonly { name: string; path?: string }[];
}

/** @see docs/architecture.md, walk 1 */
export function createAuthorizationServer(parts: AuthorizationServerParts): AuthorizationServer {
  const { storage, clock, log } = parts;
  const provider = () => current.get();
  const pieces = createSharedPieces(parts, provider);
  const { directory, models, consents, copies, restarts, backChannel } = pieces;
  const keys = createSigningKeys({ storage, clock });
  const make = createProviderMaker(parts, pieces);
  const current = createCurrentProvider({ keys, clock, log, make });

  parts.events.on('account.epoch-raised', ({ accountId, epoch }) =>
    backChannel.endEverything(accountId, epoch),
  );
  parts.events.on('account.taken-over', ({ accountId }) => consents.withdrawAll(accountId));
  storage.watch([SIGNING_KEYS], () => void current.changed());

  return {
    start: current.start,
    refusedClients: (clientIds) => refusedClients(provider(), clientIds),
    async handle(req, res) {
      const callback = await current.callback();
      await callback(req, res);
    },
    async pending(req, res, uid) {
      const found = await loadPending(provider(), req, res, uid);
      if (found) await copies.keepForDay(uid);
      return found;
    },
    finish: (uid, outcome, meanwhile) =>
      finishPending(provider(), uid, outcome, { meanwhile, tellOfEnd: backChannel.tellOfEnd }),
    restart: restarts.path,
    clientOf: copies.clientOf,
    hasConsented: (accountId, { client: { clientId }, scopes }, companyId) =>
      consents.coversScopes({ accountId, clientId, companyId }, scopes),
    accountSessions: createAccountSessions({
      ...{ models, consents, backChannel, directory, clock, provider },
      absoluteMs: parts.sessionHours * HOUR,
    }),
    async rotateKeys() {
      await keys.rotate();
      await current.changed();
    },
    cookies: [{ name: SESSION_COOKIE }, OPEN_COOKIE],
  };
}
