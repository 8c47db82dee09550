import type { AuthorizationServer, PendingInteraction } from '#oidc';
import { type Dispatched, INVITATION_OVER } from './dispatched.ts';
import { decline, finish, refuse } from './endings.ts';
import type { FederationAnswers } from './federation-answers.ts';
import { isSelectingAccount } from './journeys.ts';
import { mayVisit, nextStep } from './next-step.ts';
import { isOvertaken, type OpenVisit, openVisit, type Visitor } from './open-visit.ts';
import type { Progress } from './progress.ts';
import type { OpenProgress, ProgressStore } from './progress-store.ts';
import { assertSomeCompany, refusalOf } from './refusals.ts';
import type { Services } from './services.ts';
import type { Again, ForStep, Step, Submitted, Visit } from './step.ts';
import type { StepName } from './step-name.ts';

export interface DispatcherParts {
  services: Services;
  steps: Readonly<Record<StepName, Step>>;
  progressStore: ProgressStore;
  answers: FederationAnswers;
  server: Pick<AuthorizationServer, 'finish'>;
}

/** The one place that decides what comes next and that ends an interaction; steps never call each other. */
export interface Dispatcher {
  /** GET: the next step, or the page of `step` where the person may turn to it. */
  show(pending: PendingInteraction, visitor: Visitor, step?: StepName): Promise<Dispatched>;
  /** POST: the step is asked only while it is allowed; what it proved is saved, then the table decides anew. */
  submit(
    pending: PendingInteraction,
    visitor: Visitor,
    step: StepName,
    form: Record<string, string>,
  ): Promise<Dispatched>;
}

export function createDispatcher(parts: DispatcherParts): Dispatcher {
  const { services, steps } = parts;
  return {
    show: (pending, visitor, step) =>
      onVisit(parts, { pending, visitor }, async (visit) => {
        if (await isOvertaken(visit, services)) return { kind: 'lost' };
        if (step && mayVisit(step, visit.facts)) return present(parts, visit, step);
        return step ? { kind: 'go', path: visit.pathOf() } : proceed(parts, visit);
      }),
    submit: (pending, visitor, step, form) =>
      onVisit(parts, { pending, visitor }, async (visit) => {
        if (!mayVisit(step, visit.facts)) return goOn(parts, visit);
        return answerOf(parts, visit, step, visitor, await steps[step].submit(visit, form));
      }),
  };
}

/** Goes on with what the request finds, or says why there is nothing; `opened` as of `openVisit`. */
async function onVisit(
  parts: DispatcherParts,
  { pending, visitor, opened }: { pending: PendingInteraction; visitor: Visitor; opened?: OpenProgress },
  next: (visit: OpenVisit) => Promise<Dispatched>,
): Promise<Dispatched> {
  const visit = await openVisit(parts, pending, visitor, opened);
  if (visit === 'invitation-over') return INVITATION_OVER;
  return visit ? next(visit) : { kind: 'lost' };
}

/** What the form of the page of `step` leads to. */
async function answerOf(
  parts: DispatcherParts,
  visit: OpenVisit,
  step: StepName,
  visitor: Visitor,
  submitted: Submitted,
): Promise<Dispatched> {
  switch (submitted.outcome) {
    case 'saved':
      return submitted.handOn
        ? handOn(parts, visit, step, visitor, submitted.handOn)
        : decideAnew(parts, visit, visitor);
    case 'again':
      return present(parts, visit, step, submitted);
    case 'shown':
      return { kind: 'page', page: submitted.page };
    case 'go':
      return { kind: 'go', path: submitted.path };
    case 'refused':
      return decline(parts, visit, submitted.error, submitted.description);
    case 'download':
      return { kind: 'download', filename: submitted.filename, text: submitted.text };
  }
}

/** What the form holds for another step is that step's alone, should it be next; otherwise it is dropped unread (B5, B6). */
async function handOn(
  parts: DispatcherParts,
  { pending, opened }: OpenVisit,
  step: StepName,
  visitor: Visitor,
  handed: ForStep,
): Promise<Dispatched> {
  return onVisit(parts, { pending, visitor, opened }, async (visit) => {
    if ((await isOvertaken(visit, parts.services)) || nextStep(visit.facts) !== handed.step)
      return goOn(parts, visit);
    return answerOf(parts, visit, step, visitor, await parts.steps[handed.step].submit(visit, handed.form));
  });
}

async function decideAnew(
  parts: DispatcherParts,
  { pending, opened, pathOf }: OpenVisit,
  visitor: Visitor,
): Promise<Dispatched> {
  if (!mayBeDone(opened.current, pending)) return { kind: 'go', path: pathOf() };
  return onVisit(parts, { pending, visitor, opened }, (visit) => goOn(parts, visit));
}

/** Nobody is proven: the next page finds out the rest. */
function mayBeDone({ primary }: Progress, { session, signedInMeanwhile }: PendingInteraction): boolean {
  return primary !== undefined || session !== undefined || signedInMeanwhile !== undefined;
}

async function present(
  { steps }: DispatcherParts,
  visit: Visit,
  step: StepName,
  again?: Again,
): Promise<Dispatched> {
  const page = await steps[step].show(visit, again);
  if ('goTo' in page) return { kind: 'go', path: page.goTo };
  return { kind: 'page', page, ...(again && { again }) };
}

async function proceed(parts: DispatcherParts, visit: Visit): Promise<Dispatched> {
  const refusal = refusalOf(visit);
  if (refusal) return refuse(parts, visit, 'access_denied', refusal);
  if (!isSelectingAccount(visit.facts)) await assertSomeCompany(visit, parts.services);
  const step = nextStep(visit.facts);
  return step === 'done' ? finish(parts, visit) : present(parts, visit, step);
}

/** After a form: what ends the interaction ends it here, since a GET that follows a form may not lead elsewhere (decision 003). */
async function goOn(parts: DispatcherParts, visit: Visit): Promise<Dispatched> {
  if (await isOvertaken(visit, parts.services)) return { kind: 'lost' };
  const ends = refusalOf(visit) !== undefined || nextStep(visit.facts) === 'done';
  return ends ? proceed(parts, visit) : { kind: 'go', path: visit.pathOf() };
}
