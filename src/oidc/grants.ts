import { errors, type Grant, type KoaContextWithOIDC } from 'oidc-provider';
import { type Clock, MINUTE, type RequestOrigin, SECOND } from '#kernel';
import { seenFrom } from './account-sessions.ts';
import { chosenCompany, isWithoutCompany } from './company-choice.ts';
import { awaitRedemption, isNewCompany, recordCompany, revoke } from './company-switch.ts';
import type { Consents } from './consents.ts';
import type { Directory } from './directory.ts';
import { type GrantFields, type OidcContext, oidcOf } from './library-gaps.ts';
import { shorterIdleTime } from './session-lifetime.ts';

export interface GrantParts {
  directory: Directory;
  consents: Consents;
  clock: Clock;
  originOf(ctx: KoaContextWithOIDC): RequestOrigin;
}

/** What a request would change, were it accepted. */
interface OpenChange {
  /** Of another sign-in or company: ends with its tokens. */
  former?: Grant | undefined;
  /** The grant as it is stored; undefined for a new one. */
  stored: string | undefined;
  /** One of several companies, which this session did not have for this client: taken with the redemption of the code. */
  turns?: boolean;
}

/** One Grant per (session, client, company): company A's refresh token never becomes B's. */
export function createGrants({ directory, consents, clock, originOf }: GrantParts) {
  const open = new WeakMap<OidcContext, OpenChange>();

  return {
    /**
     * Called by the library when an account is known; joins what the interaction found out to the session. Grants it only
     * reads: any site can make a browser ask (X19).
     */
    async load(ctx: KoaContextWithOIDC): Promise<Grant | undefined> {
      const oidc = oidcOf(ctx);
      const accountId = oidc.session.accountId as string;
      joinSignIn(oidc);
      oidc.session.lastSeen = seenFrom(originOf(ctx), clock);
      const memberships = await directory.companies.activeMembershipsOf(accountId);
      if (memberships.length === 0) await assertSomeCompany(accountId, directory);
      const company = chosenCompany(oidc, memberships)?.companyId;
      if (oidc.result?.consent) await consents.record(oidc, accountId, company);
      const current = await currentGrant(oidc);
      const keeps = current !== undefined && fits(current, oidc, company);
      const isOwed = company === undefined && memberships.length > 1 && !oidc.client.own_page;
      if (!keeps && isOwed) return undefined;
      const grant = keeps ? current : newGrant(oidc, company);
      const turns = memberships.length > 1 && isNewCompany(oidc.session, oidc.client.clientId, company);
      open.set(
        oidc,
        keeps ? { stored: JSON.stringify(grant) } : { former: current, stored: undefined, turns },
      );
      const allowed = oidc.client.first_party || (await consents.covers(oidc, accountId, company));
      if (allowed)
        extend(grant, oidc, keeps ? fieldsOf(grant).idleSeconds : await idleTimeOf(company, directory));
      return allowed || keeps ? grant : undefined;
    },

    /**
     * To be called once every prompt is answered, no earlier: a switch that still owes a second factor has not happened (A17).
     * The former grant goes first: a crash in between leaves no tokens of a company that the session has left.
     */
    async settle(ctx: KoaContextWithOIDC): Promise<void> {
      const oidc = oidcOf(ctx);
      const change = open.get(oidc);
      const grant = oidc.entities['Grant'] as (Grant & Partial<GrantFields>) | undefined;
      // Who is given nothing is refused by the library in a moment.
      if (!change || !grant || !givesSomething(grant, oidc)) return;
      if (change.turns) return awaitRedemption(oidc, grant);
      if (change.former) await revoke(oidc.provider, change.former);
      if (JSON.stringify(grant) !== change.stored) await grant.save();
      recordCompany(oidc.session, oidc.client.clientId, grant);
    },
  };
}

export type Grants = ReturnType<typeof createGrants>;

/** A session outlives the last membership: nothing is issued for it any more (A19). */
async function assertSomeCompany(accountId: string, directory: Directory): Promise<void> {
  const account = await directory.accounts.byId(accountId);
  if (account && (await isWithoutCompany(account, directory))) {
    throw new errors.AccessDenied('the person belongs to no company any more');
  }
}

/**
 * The session takes over the epoch and kind of the log-in that just ended. One at an identity provider has weighed a single
 * company: the shorter idle time of another one that this session has turned to stays (H14).
 */
function joinSignIn(oidc: OidcContext): void {
  const login = oidc.result?.login;
  if (!login || login.accountId !== oidc.session.accountId) return;
  oidc.session.startedAt = login.startedAt;
  oidc.session.epoch = login.epoch;
  oidc.session.signIn = login.signIn;
  oidc.session.secondFactor = login.secondFactor;
  oidc.session.factor = login.factor as never;
  const former = login.signIn.kind === 'sso' ? oidc.session.idleSeconds : null;
  oidc.session.idleSeconds = shorterIdleTime(former, login.idleSeconds) ?? null;
}

async function currentGrant(oidc: OidcContext): Promise<Grant | undefined> {
  const id = oidc.session.grantIdFor(oidc.client.clientId);
  return id ? oidc.provider.Grant.find(id) : undefined;
}

function fits(grant: Grant, oidc: OidcContext, company: string | undefined): boolean {
  const fields = fieldsOf(grant);
  return (
    fields.accountId === oidc.session.accountId &&
    fields.sessionUid === oidc.session.uid &&
    fields.companyId === company
  );
}

const fieldsOf = (grant: Grant) => grant as unknown as GrantFields;

function newGrant(oidc: OidcContext, company: string | undefined): Grant {
  const grant = new oidc.provider.Grant({
    accountId: oidc.session.accountId as string,
    clientId: oidc.client.clientId,
  });
  const { epoch, uid } = oidc.session;
  Object.assign(grant, {
    sessionUid: uid,
    ...(epoch !== undefined && { epoch }),
    ...(company && { companyId: company }),
  });
  return grant;
}

/** A log-in by A's identity provider has not weighed B, nor one by password a company that was joined since (H14). */
async function idleTimeOf(companyId: string | undefined, directory: Directory): Promise<number | undefined> {
  if (companyId === undefined) return undefined;
  const minutes = (await directory.companies.byId(companyId))?.settings.session.idleMinutes;
  return minutes ? (minutes * MINUTE) / SECOND : undefined;
}

/** Adds what is asked for: all of it is allowed. `idleSeconds`: of the grant's company, where the session may not have it. */
function extend(grant: Grant, oidc: OidcContext, idleSeconds: number | undefined): void {
  const { signIn } = oidc.session;
  Object.assign(grant, {
    ...(signIn && { signIn }),
    idleSeconds: shorterIdleTime(oidc.session.idleSeconds, idleSeconds),
  });
  grant.addOIDCScope([...oidc.requestParamOIDCScopes].join(' '));
  if (oidc.requestParamClaims.size > 0) grant.addOIDCClaims([...oidc.requestParamClaims]);
  for (const [indicator, server] of Object.entries(oidc.resourceServers ?? {})) {
    const scopes = [...oidc.requestParamScopes].filter((scope) => server.scopes.has(scope));
    grant.addResourceScope(indicator, scopes.join(' '));
  }
}

function givesSomething(grant: Grant, oidc: OidcContext): boolean {
  return (
    grant.getOIDCScopeFiltered(oidc.requestParamOIDCScopes) !== '' ||
    Object.keys(oidc.resourceServers ?? {}).some(
      (indicator) => grant.getResourceScopeFiltered(indicator, oidc.requestParamScopes) !== '',
    )
  );
}
