import type { Account } from '#accounts';
import type { TrustRule } from '#companies';
import type { Locale } from '#i18n';
import { WELCOME_PATH } from '#invitations';
import type { RequestOrigin } from '#kernel';
import { AppError } from '#kernel';
import type { AuthorizationServer, PendingInteraction } from '#oidc';
import { metAcr } from '#oidc';
import type { Facts } from './facts.ts';
import { type FederationAnswers, withAnswer } from './federation-answers.ts';
import { gatherFacts } from './gather-facts.ts';
import { findInvited } from './invited.ts';
import { isSelectingAccount, type StepName } from './journeys.ts';
import { mayVisit, nextStep } from './next-step.ts';
import { outcomeOf } from './outcome.ts';
import type { Progress } from './progress.ts';
import type { OpenProgress, ProgressStore } from './progress-store.ts';
import type { Services } from './services.ts';
import type { Again, Step, StepView, Submitted, Visit } from './step.ts';
import { isSparedHere, trustEarned } from './trusted-device.ts';

/** What a request to an interaction brings along. */
export interface Visitor {
  uid: string;
  browser: string;
  origin: RequestOrigin;
  /** From the link that this browser opened last (A8). */
  invitationToken?: string;
  /** The language to speak, once it is known whether the person has one of their own (P4). */
  localeFor(account: Pick<Account, 'locale'> | undefined): Locale;
  form(step: StepName): { action: string; csrf: string };
  knownDevice(account: Account | undefined): string | undefined;
  /** Counts one departure to an identity provider: each leaves something in storage (X32). @throws AppError 'too-many-requests' */
  countDeparture(): Promise<void>;
  /** Whether the person of the account trusts this browser. */
  trusts(account: Account, rule: TrustRule): Promise<boolean>;
}

/** A visit with the hold on its progress. */
type OpenVisit = Visit & { opened: OpenProgress };

/** What the browser is told. */
export type Dispatched =
  | { kind: 'page'; page: Exclude<StepView, { goTo: string }>; again?: Again }
  /** Another address of ours, by GET. */
  | { kind: 'go'; path: string }
  /** The request goes on at the relying party. */
  | {
      kind: 'finished';
      url: string;
      destination: string;
      /** Who has just proven themselves here by a password. */
      signedIn?: Account | undefined;
      /** They want this browser to be trusted (H13). */
      trust?: TrustRule | undefined;
    }
  | { kind: 'download'; filename: string; text: string }
  /** Nothing is known of this interaction in this browser (W4). */
  | { kind: 'lost' };

export interface DispatcherParts {
  services: Services;
  steps: Readonly<Record<StepName, Step>>;
  progressStore: ProgressStore;
  answers: FederationAnswers;
  server: Pick<AuthorizationServer, 'finish'>;
}

export type Dispatcher = ReturnType<typeof createDispatcher>;

/** The one place that decides what comes next and that ends an interaction; steps never call each other. */
export function createDispatcher({ services, steps, progressStore, answers, server }: DispatcherParts) {
  async function visitOf(
    pending: PendingInteraction,
    visitor: Visitor,
    opened?: OpenProgress,
  ): Promise<OpenVisit | 'invitation-over' | undefined> {
    const invited = await findInvited(pending, visitor.invitationToken, services);
    if (invited === 'over') return 'invitation-over';
    const progress = opened ?? (await progressStore.open(pending.cid, visitor.browser));
    if (!progress) return undefined;
    const answer = progress.current.leftForIdp && (await answers.take(pending.uid, visitor.browser));
    if (answer) await progress.save((former) => withAnswer(former, answer));
    const { identifier, ...facts } = await gatherFacts(pending, progress.current, services, {
      invited,
      trusts: visitor.trusts,
    });
    const base = `/interaction/${pending.uid}`;
    return {
      pending,
      facts,
      opened: progress,
      progress: progress.current,
      identifier,
      origin: visitor.origin,
      locale: visitor.localeFor(facts.account),
      browser: visitor.browser,
      ...(visitor.invitationToken && { invitationToken: visitor.invitationToken }),
      pathOf: (step) => (step ? `${base}/${step}` : base),
      form: visitor.form,
      knownDevice: visitor.knownDevice,
      countDeparture: visitor.countDeparture,
      save: progress.save,
    };
  }

  async function present(visit: Visit, step: StepName, again?: Again): Promise<Dispatched> {
    const page = await steps[step].show(visit, again);
    if ('goTo' in page) return { kind: 'go', path: page.goTo };
    return { kind: 'page', page, ...(again && { again }) };
  }

  async function finish(visit: Visit): Promise<Dispatched> {
    const { pending, facts } = visit;
    if (facts.invited && !(await join(visit, services))) return invitationOver;
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

  async function refuse(visit: Visit, error: string, description: string): Promise<Dispatched> {
    const url = await server.finish(visit.pending.uid, { error, error_description: description });
    if (!url) return { kind: 'lost' };
    await progressStore.end(visit.pending.cid);
    return { kind: 'finished', url, destination: visit.pending.client.name };
  }

  /** Who was proven stays signed in, though the client was refused: the refusal follows at the consent prompt. */
  async function decline(visit: Visit, error: string, description: string): Promise<Dispatched> {
    const { pending, facts } = visit;
    if (pending.prompt.name !== 'login') return refuse(visit, error, description);
    await visit.save((progress) => ({ ...progress, declined: true }));
    const outcome = outcomeOf(facts);
    const url = await server.finish(pending.uid, outcome);
    if (!url) return { kind: 'lost' };
    if (outcome.login) await recordLogIn(visit, outcome.login, services);
    return { kind: 'finished', url, destination: pending.client.name, ...signedInHere(facts) };
  }

  async function proceed(visit: Visit): Promise<Dispatched> {
    const refusal = refusalOf(visit);
    if (refusal) return refuse(visit, 'access_denied', refusal);
    if (!isSelectingAccount(visit.facts)) await assertSomeCompany(visit, services);
    const step = nextStep(visit.facts);
    return step === 'done' ? finish(visit) : present(visit, step);
  }

  /** After a form: what ends the interaction ends it here, since a GET that follows a form may not lead elsewhere (decision 003). */
  async function goOn(visit: Visit): Promise<Dispatched> {
    if (await isOvertaken(visit)) return { kind: 'lost' };
    const ends = refusalOf(visit) !== undefined || nextStep(visit.facts) === 'done';
    return ends ? proceed(visit) : { kind: 'go', path: visit.pathOf() };
  }

  /** Another tab has logged in meanwhile: nothing is asked here any more, unless it is for somebody else (W4). */
  async function isOvertaken({ pending, progress }: Visit): Promise<boolean> {
    if (!pending.signedInMeanwhile) return false;
    const account = await services.accounts.byId(pending.signedInMeanwhile.accountId);
    return !progress.identifier || progress.identifier.normalized === account?.emailNormalized;
  }

  return {
    /** GET: the next step, or the page of `step` where the person may turn to it. */
    async show(pending: PendingInteraction, visitor: Visitor, step?: StepName): Promise<Dispatched> {
      const visit = await visitOf(pending, visitor);
      if (visit === 'invitation-over') return invitationOver;
      if (!visit || (await isOvertaken(visit))) return { kind: 'lost' };
      if (step && mayVisit(step, visit.facts)) return present(visit, step);
      return step ? { kind: 'go', path: visit.pathOf() } : proceed(visit);
    },

    /** POST: the step is asked only while it is allowed; what it proved is saved, then the table decides anew. */
    async submit(
      pending: PendingInteraction,
      visitor: Visitor,
      step: StepName,
      form: Record<string, string>,
    ): Promise<Dispatched> {
      const visit = await visitOf(pending, visitor);
      if (visit === 'invitation-over') return invitationOver;
      if (!visit) return { kind: 'lost' };
      if (!mayVisit(step, visit.facts)) return goOn(visit);
      const submitted: Submitted = await steps[step].submit(visit, form);
      switch (submitted.outcome) {
        case 'again':
          return present(visit, step, submitted);
        case 'shown':
          return { kind: 'page', page: submitted.page };
        case 'go':
          return { kind: 'go', path: submitted.path };
        case 'refused':
          return decline(visit, submitted.error, submitted.description);
        case 'download':
          return { kind: 'download', filename: submitted.filename, text: submitted.text };
        case 'saved': {
          if (!mayBeDone(visit.opened.current, pending)) return { kind: 'go', path: visit.pathOf() };
          const next = await visitOf(pending, visitor, visit.opened);
          if (next === 'invitation-over') return invitationOver;
          if (!next) return { kind: 'lost' };
          return goOn(next);
        }
      }
    },
  };
}

/** Nobody is proven: the next page finds out the rest. */
function mayBeDone({ primary }: Progress, { session, signedInMeanwhile }: PendingInteraction): boolean {
  return primary !== undefined || session !== undefined || signedInMeanwhile !== undefined;
}

/** The page of the link says what became of it. */
const invitationOver: Dispatched = { kind: 'go', path: WELCOME_PATH };

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

/** Why the client is refused, whatever else could be proven; undefined when it isn't. */
function refusalOf(visit: Visit): string | undefined {
  if (visit.progress.declined) return 'the person declined';
  // Whoever may still become somebody else is not turned away yet.
  if (isSelectingAccount(visit.facts) || !isForeignCompany(visit)) return undefined;
  return 'the person is not a member of the requested company';
}

/** The relying party named a company that the person is not in. */
function isForeignCompany({ pending, facts }: Visit): boolean {
  const asked = pending.params['company'];
  return Boolean(asked && facts.primary && !facts.memberships.some(({ companyId }) => companyId === asked));
}

/** A19: the right password, but nowhere to go: whom to ask instead of "wrong password". */
async function assertSomeCompany({ facts }: { facts: Facts }, { companies }: Services): Promise<void> {
  const { account, memberships } = facts;
  if (!account || memberships.length > 0 || account.platformRole) return;
  if ((await companies.membershipsOf(account.id)).length > 0) throw new AppError('permission-denied', 403);
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
    ...whence(origin),
    details: {
      acr: login.acr,
      amr: login.amr.join(' '),
      requested: metAcr(login.acr, pending.requestedAcr) ?? '',
      ...(!facts.factor && isSparedHere(facts) && { trustedDevice: true }),
    },
  });
}

function whence({ ip, correlationId }: RequestOrigin) {
  return { ...(ip && { ip }), ...(correlationId && { correlationId }) };
}
