import type { InteractionOutcome, LoginResult } from '#oidc';
import { earnedAcr, earnedAmr } from './assurance.ts';
import { factorOf, opensPayments } from './factors.ts';
import type { Facts } from './facts.ts';

/** What a finished journey says to the authorization server. Only to be called when no step is left. */
export function outcomeOf(facts: Facts): InteractionOutcome {
  const { pending, prompts, progress, chosenCompanyId, consentOwed } = facts;
  const login = loginOf(facts);
  return {
    ...(login && { login }),
    ...((prompts.has('select_account') || pending.prompt.name === 'select_account') && {
      select_account: {},
    }),
    ...(facts.invited && progress.joining && { invitation: {} }),
    ...(pending.prompt.name === 'terms' && { terms: {} }),
    ...(chosenCompanyId && { company: { companyId: chosenCompanyId } }),
    ...(progress.consented && !consentOwed && { consent: { granted: true as const } }),
  };
}

/** A log-in, a step-up of the session that is there, or nothing where the session was good enough. */
function loginOf(facts: Facts): LoginResult | undefined {
  const { primary, factor, account, policy } = facts;
  if (!primary || !account) return undefined;
  if (primary.kind === 'session' && !factor) return undefined;
  const idleMinutes = policy?.session.idleMinutes.value ?? null;
  const session = primary.kind === 'session' ? primary.signIn : undefined;
  return {
    accountId: account.id,
    ts: session?.loginTs ?? Math.floor(provenAt(primary) / 1000),
    startedAt: session?.startedAt ?? Math.floor(reachedUsAt(primary) / 1000),
    acr: earnedAcr(primary, factor),
    amr: earnedAmr(primary, factor),
    // Not the account's epoch of this moment: a proof that was overtaken must not be renewed.
    epoch: session?.epoch ?? (primary.kind === 'session' ? account.epoch : primary.epoch),
    signIn: signInOf(facts),
    // A session comes this far with a factor only.
    secondFactor: factor !== undefined,
    idleSeconds: idleMinutes === null ? null : idleMinutes * 60,
    ...(factor && { factor: { kind: factor.kind, at: Math.floor(factor.at / 1000) } }),
    factorProven: opensPayments(factorOf(factor?.kind), policy?.mfa.payments ?? null),
  };
}

/** An IdP's own time where it can be trusted, else that of the round trip. */
function provenAt(primary: NonNullable<Facts['primary']>): number {
  if (primary.kind === 'session') return primary.signIn.loginTs * 1000;
  return primary.kind === 'sso' ? (primary.authenticatedAt ?? primary.at) : primary.at;
}

function reachedUsAt(primary: NonNullable<Facts['primary']>): number {
  return primary.kind === 'session' ? primary.signIn.startedAt * 1000 : primary.at;
}

function signInOf({ primary }: Facts): LoginResult['signIn'] {
  if (primary?.kind === 'session') return primary.signIn.signIn;
  if (primary?.kind !== 'sso') return { kind: 'local' };
  return { kind: 'sso', companyId: primary.companyId, connectionId: primary.connectionId };
}
