import type { Account } from '#accounts';
import { placeOf } from '#audit';
import type { TrustRule } from '#companies';
import { type AuthorizationServer, metAcr } from '#oidc';
import { type Dispatched, INVITATION_OVER } from './dispatched.ts';
import type { Facts } from './facts.ts';
import { outcomeOf } from './outcome.ts';
import type { ProgressStore } from './progress-store.ts';
import type { Services } from './services.ts';
import type { Visit } from './step.ts';
import { isSparedHere, trustEarned } from './trusted-device.ts';

export interface EndingsParts {
  services: Services;
  progressStore: Pick<ProgressStore, 'end'>;
  server: Pick<AuthorizationServer, 'finish'>;
}

/** Everything that was asked is proven. */
export async function finish(
  { services, progressStore, server }: EndingsParts,
  visit: Visit,
): Promise<Dispatched> {
  const { pending, facts } = visit;
  if (facts.invited && !(await join(visit, services))) return INVITATION_OVER;
  const outcome = outcomeOf(facts);
  const url = await server.finish(pending.uid, outcome, pending.signedInMeanwhile);
  if (!url) return { kind: 'lost' };
  await Promise.all([
    progressStore.end(pending.cid),
    outcome.login && recordLogIn(visit, outcome.login, services),
    vouchForPassword(facts, services),
  ]);
  return { kind: 'finished', url, destination: pending.client.name, ...signedInHere(facts) };
}

/** The client is told that it gets nothing. */
export async function refuse(
  { progressStore, server }: EndingsParts,
  { pending }: Visit,
  error: string,
  description: string,
): Promise<Dispatched> {
  const url = await server.finish(pending.uid, { error, error_description: description });
  if (!url) return { kind: 'lost' };
  await progressStore.end(pending.cid);
  return { kind: 'finished', url, destination: pending.client.name };
}

/** Who was proven stays signed in, though the client was refused: the refusal follows at the consent prompt. */
export async function decline(
  parts: EndingsParts,
  visit: Visit,
  error: string,
  description: string,
): Promise<Dispatched> {
  const { pending, facts } = visit;
  if (pending.prompt.name !== 'login') return refuse(parts, visit, error, description);
  await visit.save((progress) => ({ ...progress, declined: true }));
  const outcome = outcomeOf(facts);
  const url = await parts.server.finish(pending.uid, outcome);
  if (!url) return { kind: 'lost' };
  if (outcome.login) await recordLogIn(visit, outcome.login, parts.services);
  return { kind: 'finished', url, destination: pending.client.name, ...signedInHere(facts) };
}

/** A14: the end of the journey, and only here is the link spent. */
async function join(
  { facts, origin, invitationToken = '' }: Visit,
  { invitations }: Services,
): Promise<boolean> {
  if (!facts.account) return false;
  return (await invitations.accept(invitationToken, facts.account, origin)).outcome === 'accepted';
}

/** An IdP's log-in makes no known device: no password of ours is guessed there. */
function signedInHere(facts: Facts): { signedIn?: Account | undefined; trust?: TrustRule | undefined } {
  const { primary, account } = facts;
  if (primary?.kind !== 'password' && primary?.kind !== 'passkey') return {};
  return { signedIn: account, trust: trustEarned(facts) };
}

/** Something other than the mailbox was proven beside the password that a mailed link had set (I10). */
async function vouchForPassword(
  { primary, factor, passwordByMail }: Facts,
  { credentials: { passwords } }: Services,
): Promise<void> {
  if (!passwordByMail || primary?.kind !== 'password' || !factor || factor.kind === 'email') return;
  await passwords.vouch(primary.accountId, primary.version);
}

async function recordLogIn(
  visit: Visit,
  login: NonNullable<ReturnType<typeof outcomeOf>['login']>,
  services: Services,
) {
  const { pending, facts, origin } = visit;
  await services.audit.record({
    type: 'log-in.succeeded',
    actor: login.accountId,
    accountId: login.accountId,
    clientId: pending.client.clientId,
    ...(facts.chosenCompanyId && { companyId: facts.chosenCompanyId }),
    ...placeOf(origin),
    details: {
      acr: login.acr,
      amr: login.amr.join(' '),
      requested: metAcr(login.acr, pending.requestedAcr) ?? '',
      ...(!facts.factor && isSparedHere(facts) && { trustedDevice: true }),
    },
  });
}
