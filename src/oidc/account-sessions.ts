import type { Provider } from 'oidc-provider';
import { type Clock, MINUTE, type RequestOrigin, SECOND } from '#kernel';
import { everyItem } from '#storage';
import { type BackChannel, revokeTokens } from './back-channel.ts';
import type { Consents } from './consents.ts';
import type { Directory } from './directory.ts';
import type { SessionFields } from './library-gaps.ts';
import type { ModelCollections, StoredModel } from './model-store.ts';
import { type CurrentSignIn, currentSignIn } from './pending-interactions.ts';
import { type CodeToRedeem, type RedeemedCode, redeemCode } from './redeem-code.ts';
import { slide } from './session-activity.ts';
import { isLive } from './session-store.ts';
import { hasSignInMoved } from './sign-in-place.ts';

/** The place of a session at work is written anew after this, so that a click costs no write. */
const SEEN_AGAIN_MS = 5 * MINUTE;

/** One sign-in of a person, as the list of devices shows it. Times in epoch milliseconds. */
export interface AccountSession {
  uid: string;
  startedAt: number;
  lastSeen: NonNullable<SessionFields['lastSeen']>;
}

/** A relying party of somebody else that the person let in. */
export interface ConnectedApplication {
  clientId: string;
  name: string;
  /** OIDC scopes as they are, scopes of an API as `indicator scope`. */
  granted: readonly string[];
  companyIds: readonly string[];
  /** Epoch milliseconds of the latest consent. */
  at: number;
}

/** What our own pages ask of a person's sign-ins, and how they end them. */
export interface AccountSessions {
  /** Of one of our own clients, in this process. @throws InvalidGrant when the code was used before */
  redeem(code: CodeToRedeem): Promise<RedeemedCode | undefined>;
  /** While the session lives, under the account's present epoch; counts as activity (H14). */
  current(uid: string, origin: RequestOrigin): Promise<CurrentSignIn | undefined>;
  /** Latest first. */
  list(accountId: string): Promise<AccountSession[]>;
  /** With its grants and tokens; relying parties are told. False for another person's or none. */
  end(accountId: string, uid: string): Promise<boolean>;
  /** A use case of the person's own that ends what is signed in, but for this session. */
  keeping<T>(uid: string, work: () => Promise<T>): Promise<T>;
  applications(accountId: string): Promise<ConnectedApplication[]>;
  /** Consent, grants and tokens of one relying party. False when it had none. */
  disconnect(accountId: string, clientId: string): Promise<boolean>;
}

export interface AccountSessionsParts {
  models: ModelCollections;
  consents: Consents;
  backChannel: BackChannel;
  directory: Directory;
  clock: Clock;
  provider(): Provider;
  /** Absolute life of a session. */
  absoluteMs: number;
}

export function createAccountSessions(parts: AccountSessionsParts): AccountSessions {
  const { models, consents, backChannel, directory, clock, provider, absoluteMs } = parts;

  function ofAccount(model: 'Session' | 'Grant', accountId: string): Promise<StoredModel[]> {
    const collection = models.get(model);
    return collection
      ? everyItem(collection, { index: 'byAccount', equals: [accountId] })
      : Promise.resolve([]);
  }

  /** A grant knows only the digest of its own id; without it no token of its is refreshed, introspected or shown anything. */
  async function endGrants(accountId: string, isMeant: (grant: Record<string, unknown>) => boolean) {
    for (const { id, payload } of await ofAccount('Grant', accountId))
      if (isMeant(payload)) await models.get('Grant')?.delete(id);
  }

  /** Also those of sessions that are over; of the others the tokens themselves go, too. */
  async function endGrantsOf(accountId: string, clientId: string): Promise<void> {
    await endGrants(accountId, (grant) => grant['clientId'] === clientId);
    for (const { payload } of await ofAccount('Session', accountId)) {
      const grantId = (payload as unknown as SessionFields).authorizations?.[clientId]?.grantId;
      if (grantId) await revokeTokens(models, grantId);
    }
  }

  return {
    redeem: (code) => redeemCode(provider(), code),
    async current(uid, origin) {
      const session = await provider().Session.findByUid(uid);
      if (!session) return undefined;
      const fields = session as unknown as SessionFields;
      const account = await directory.accounts.byId(fields.accountId ?? '');
      // A domain may have been targeted since: the log-in is asked for anew, at its new place (X38).
      if (!account || !fields.signIn || (await hasSignInMoved(fields.signIn, account, directory)))
        return undefined;
      const seen = fields.lastSeen;
      const moved = !seen || seen.ip !== origin.ip || clock.now() - seen.at > SEEN_AGAIN_MS;
      if (moved) fields.lastSeen = seenFrom(origin, clock);
      await slide(session, absoluteMs, moved);
      return currentSignIn(fields);
    },
    async list(accountId) {
      const stored = (await ofAccount('Session', accountId)).filter(isLive);
      const byUid = new Map(stored.map((one) => [one.uid, one.payload as unknown as SessionFields]));
      return [...byUid.values()]
        .map((session) => {
          const startedAt = (session.startedAt ?? session.loginTs ?? 0) * SECOND;
          return { uid: session.uid, startedAt, lastSeen: session.lastSeen ?? { at: startedAt } };
        })
        .sort((a, b) => b.lastSeen.at - a.lastSeen.at);
    },
    async end(accountId, uid) {
      const session = await provider().Session.findByUid(uid);
      if (session?.accountId !== accountId) return false;
      const fields = session as unknown as SessionFields;
      await backChannel.tellOfEnd(fields);
      for (const { grantId } of Object.values(fields.authorizations ?? {}))
        if (grantId) await revokeTokens(models, grantId);
      await session.destroy();
      await endGrants(accountId, (grant) => grant['sessionUid'] === uid);
      return true;
    },
    keeping: backChannel.keeping,
    async applications(accountId) {
      const byClient = Map.groupBy(await consents.of(accountId), ({ clientId }) => clientId);
      const found = await Promise.all(
        [...byClient].map(async ([clientId, given]) => {
          const client = await provider().Client.find(clientId);
          return {
            clientId,
            name: client?.clientName ?? clientId,
            granted: [...new Set(given.flatMap(({ granted }) => granted))],
            companyIds: given.flatMap(({ companyId }) => companyId ?? []),
            at: Math.max(...given.map(({ at }) => at)),
          };
        }),
      );
      return found.sort((a, b) => b.at - a.at);
    },
    async disconnect(accountId, clientId) {
      // Before and after the consent goes: before, so that a crash leaves an application that can be revoked again; after,
      // so that no grant made meanwhile lives on.
      await endGrantsOf(accountId, clientId);
      if (!(await consents.withdraw(accountId, clientId))) return false;
      await endGrantsOf(accountId, clientId);
      return true;
    },
  };
}

/** For the list of devices. */
export function seenFrom(
  { ip, userAgent }: RequestOrigin,
  clock: Clock,
): NonNullable<SessionFields['lastSeen']> {
  return { at: clock.now(), ...(ip && { ip }), ...(userAgent && { userAgent }) };
}
