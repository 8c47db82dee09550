import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { ACR, acrHeight, metAcr } from './acr.ts';
import type { Grants } from './grants.ts';
import { type OidcContext, oidcOf } from './library-gaps.ts';
import { FRESH_LOG_IN } from './redeem-code.ts';
import { asksOnlyUnknownAcr, requestedAcr } from './requested-acr.ts';

const { Check, Prompt, base } = interactionPolicy;

/** Whether a step of ours is still owed; the how is the business of src/interactions. */
export interface OwedSteps {
  termsOwed(oidc: OidcContext): Promise<boolean>;
  /** The log-in is the acceptance of an invitation, which nobody accepted in it yet. */
  invitationOwed(oidc: OidcContext): Promise<boolean>;
  /** The session's sign-in was made where the person would not sign in today. */
  signInMoved(oidc: OidcContext): Promise<boolean>;
  companyOwed(oidc: OidcContext): Promise<boolean>;
  consentOwed(oidc: OidcContext): Promise<boolean>;
  /** The session was good for the companies then; the one asked for now wants a second factor. */
  factorOwed(oidc: OidcContext): Promise<boolean>;
}

/** The prompts in order: login, select_account, invitation, terms, company, consent; `settle` is called when none is owed. */
export function createInteractionPolicy(owed: OwedSteps, settle: Grants['settle']) {
  const policy = base();
  const login = policy.get('login');
  if (!login) throw new Error('oidc-provider without a login prompt');
  // Exact comparison loops for a session that is worth more than asked: ours below replaces them.
  login.checks.remove('essential_acrs');
  login.checks.remove('essential_acr');
  login.checks.add(check('sign_in_moved', 'sign in again', (oidc) => owed.signInMoved(oidc)));
  login.checks.add(new Check('acr_unmet', 'the requested acr was not reached', unmetAcr));
  login.checks.add(new Check('payments_step_up', 'a fresh second factor is required', paymentsStepUp));
  login.checks.add(new Check('factor_stale', 'a fresh second factor is required', staleFactor));
  login.checks.add(new Check('fresh_log_in', 'a fresh log-in is required', refuseQuietLogIn));
  login.checks.add(check('factor_owed', 'a second factor is required', (oidc) => owed.factorOwed(oidc)));

  policy.clear();
  policy.add(login);
  policy.add(new Prompt({ name: 'select_account', requestable: true }));
  policy.add(
    prompt(
      'invitation',
      check('invitation_owed', 'no invitation was accepted', (oidc) => owed.invitationOwed(oidc)),
    ),
  );
  policy.add(
    prompt(
      'terms',
      check('terms_owed', 'terms are not accepted', (oidc) => owed.termsOwed(oidc)),
    ),
  );
  policy.add(
    prompt(
      'company',
      check('company_owed', 'no company chosen', (oidc) => owed.companyOwed(oidc)),
    ),
  );
  policy.add(
    new Prompt(
      { name: 'consent', requestable: true },
      new Check('consent_owed', 'consent is required', 'consent_required', (ctx: KoaContextWithOIDC) =>
        owed.consentOwed(oidcOf(ctx)),
      ),
    ),
  );
  policy.add(acceptance(settle));
  return policy;
}

/** Asks nothing. The library reads the prompts one by one, and its own `authorization.accepted` waits for nobody. */
function acceptance(settle: Grants['settle']) {
  const settled = new Check('accepted', 'nothing is owed', async (ctx: KoaContextWithOIDC) => {
    await settle(ctx);
    return Check.NO_NEED_TO_PROMPT;
  });
  return new Prompt({ name: 'accepted', requestable: false }, settled);
}

function prompt(name: string, only: InstanceType<typeof Check>) {
  return new Prompt({ name, requestable: false }, only);
}

function check(reason: string, description: string, isOwed: (oidc: OidcContext) => Promise<boolean>) {
  return new Check(reason, description, async (ctx: KoaContextWithOIDC) => {
    const oidc = oidcOf(ctx);
    return oidc.account ? isOwed(oidc) : Check.NO_NEED_TO_PROMPT;
  });
}

/** A requested level that a finished log-in did not reach is an error, never a loop and never a lower acr (X23). */
function unmetAcr(ctx: KoaContextWithOIDC): boolean {
  const oidc = oidcOf(ctx);
  if (asksOnlyUnknownAcr(oidc))
    throw new errors.UnmetAuthenticationRequirements('none of the requested acr values is supported');
  const requested = requestedAcr(oidc);
  if (requested.length === 0 || !oidc.account) return Check.NO_NEED_TO_PROMPT;
  if (metAcr(oidc.session.acr, requested) !== undefined) return Check.NO_NEED_TO_PROMPT;
  // An interaction that ended without the level can't reach it: asking again would go on for ever.
  if (oidc.result) throw new errors.UnmetAuthenticationRequirements('the requested acr could not be reached');
  if (oidc.prompts.has('none'))
    throw new errors.UnmetAuthenticationRequirements('the requested acr needs an interaction');
  return Check.REQUEST_PROMPT;
}

/** Payments clients are entered with a factor proof of this very interaction, never the session's (M5). */
function paymentsStepUp(ctx: KoaContextWithOIDC): boolean {
  const oidc = oidcOf(ctx);
  if (!oidc.client.payments || !oidc.account) return Check.NO_NEED_TO_PROMPT;
  if (!oidc.result?.login) return Check.REQUEST_PROMPT;
  if (oidc.result.login.factorProven && acrHeight(oidc.session.acr) >= acrHeight(ACR.mfa))
    return Check.NO_NEED_TO_PROMPT;
  throw new errors.UnmetAuthenticationRequirements('payments need a fresh second factor');
}

/** Our own pages ask for a second factor of the last seconds before a factor is changed (X34); nobody else may. */
function staleFactor(ctx: KoaContextWithOIDC): boolean {
  const oidc = oidcOf(ctx);
  const maxAge = oidc.params['factor_max_age'];
  if (!oidc.client.own_page || maxAge === undefined || !oidc.account) return Check.NO_NEED_TO_PROMPT;
  const provenAt = oidc.session.factor?.at ?? 0;
  if (Math.floor(Date.now() / 1000) - provenAt <= Number(maxAge)) return Check.NO_NEED_TO_PROMPT;
  if (oidc.result?.login)
    throw new errors.UnmetAuthenticationRequirements('a fresh second factor is required');
  return Check.REQUEST_PROMPT;
}

/** Whoever holds a session must not take `prompt=login` out of our own pages' request (X34): nobody proved anything then. */
function refuseQuietLogIn(ctx: KoaContextWithOIDC): boolean {
  const oidc = oidcOf(ctx);
  if (oidc.client.own_page && oidc.params['nonce'] === FRESH_LOG_IN && !oidc.prompts.has('login'))
    throw new errors.InvalidRequest('a fresh log-in goes with prompt=login');
  return Check.NO_NEED_TO_PROMPT;
}
