import type { Account } from '#accounts';
import {
  type CompleteOutcome,
  type Connection,
  earnedAcr,
  type Federation,
  type UpstreamIdentity,
} from '#federation';
import { defineRoute, type Route, type RouteContext, readCookie } from '#http';
import { INVITATION_COOKIE, type Invitations } from '#invitations';
import { AppError, type Clock, parseEmail } from '#kernel';
import type { FederationAnswers } from './federation-answers.ts';
import { browserOf } from './interaction-routes.ts';
import type { PrimaryProof } from './progress.ts';

export interface FederationRoutesParts {
  issuer: string;
  federation: Federation;
  invitations: Pick<Invitations, 'inspect' | 'openAccount'>;
  answers: FederationAnswers;
  clock: Clock;
}

/** One redirect URI per connection: an answer of A can't be taken for B's (X7). */
export function federationRoutes(parts: FederationRoutesParts): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/federation/:connection/callback',
      name: 'federation.callback',
      limit: { bucket: 'federation-callback', perMinute: 600 },
      who: {
        who: 'the browser that left for the identity provider',
        admit: (ctx) => ({ browser: browserOf(ctx) }),
      },
      handler: (ctx, { browser }) => takeAnswer(ctx, parts, browser),
    }),
  ];
}

async function takeAnswer(ctx: RouteContext, parts: FederationRoutesParts, browser: string): Promise<void> {
  const { federation, answers, issuer } = parts;
  const completed = await federation.signIn.complete({
    connectionId: ctx.params['connection'] ?? '',
    callbackUrl: new URL(ctx.originalUrl, issuer),
    browserHash: browser,
  });
  const uid = completed.outcome === 'identity' ? completed.flow.interactionUid : completed.interactionUid;
  if (!uid) throw new AppError('interaction.lost', 404);
  const result =
    completed.outcome === 'identity' ? await whoIsIt(ctx, completed, parts) : { problem: completed.code };
  await answers.leave({ uid, browser, ...result });
  ctx.redirect(`/interaction/${encodeURIComponent(uid)}`);
  ctx.status = 303;
}

async function whoIsIt(
  ctx: RouteContext,
  { identity, connection, flow, freshness }: Extract<CompleteOutcome, { outcome: 'identity' }>,
  { federation, invitations, clock }: FederationRoutesParts,
) {
  // A fresh proof was demanded, and this IdP can't show one (W18): an error, never an older proof taken for new.
  if (freshness === 'unproven') return { problem: 'federation.stale' };
  const invited = await invitedAccount(ctx, identity.email, invitations);
  const resolved = await federation.signIn.resolve({
    identity,
    connection,
    origin: ctx.state.origin,
    ...(flow.reauthOf && { reauthOf: flow.reauthOf }),
    ...(invited && { provenAccountId: invited.id }),
  });
  if (resolved.outcome === 'refused') return { problem: resolved.code };
  const address = parseEmail(resolved.account.email);
  if (!address) throw new Error('an account whose address cannot be read');
  return { proof: ssoProof(resolved.account, identity, connection, clock.now()), address };
}

/** Whoever opened the mailed link in this browser and is vouched for at the same address has an account now (W19). */
async function invitedAccount(
  ctx: RouteContext,
  asserted: string,
  invitations: FederationRoutesParts['invitations'],
): Promise<Account | undefined> {
  const token = readCookie(ctx, INVITATION_COOKIE);
  const found = token ? await invitations.inspect(token) : undefined;
  if (found?.outcome !== 'open' || parseEmail(asserted)?.normalized !== found.invitation.address)
    return undefined;
  return invitations.openAccount(found.invitation, { origin: ctx.state.origin });
}

function ssoProof(
  account: Account,
  identity: UpstreamIdentity,
  connection: Connection,
  at: number,
): PrimaryProof {
  return {
    kind: 'sso',
    accountId: account.id,
    epoch: account.epoch,
    at,
    connectionId: connection.id,
    companyId: connection.companyId,
    acr: earnedAcr(identity, connection),
    // Only what the connection's mapping vouches for is passed on (W18).
    amr: identity.amr.filter((method) => Object.hasOwn(connection.acrMapping, method)),
    ...(identity.authTime !== undefined && { authenticatedAt: identity.authTime }),
  };
}
