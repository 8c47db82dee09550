import type { Account } from '#accounts';
import type { TrustRule } from '#companies';
import type { Locale } from '#i18n';
import type { RequestOrigin } from '#kernel';
import type { PendingInteraction } from '#oidc';
import { type FederationAnswers, withAnswer } from './federation-answers.ts';
import { gatherFacts } from './gather-facts.ts';
import { findInvited } from './invited.ts';
import type { OpenProgress, ProgressStore } from './progress-store.ts';
import type { Services } from './services.ts';
import type { Visit } from './step.ts';
import type { StepName } from './step-name.ts';

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
export type OpenVisit = Visit & { opened: OpenProgress };

interface VisitParts {
  services: Services;
  progressStore: ProgressStore;
  answers: FederationAnswers;
}

/** Everything that decides, read fresh; undefined where another browser began. `opened`: progress that is held already. */
export async function openVisit(
  { services, progressStore, answers }: VisitParts,
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

/** Another tab has logged in meanwhile: nothing is asked here any more, unless it is for somebody else (W4). */
export async function isOvertaken(
  { pending, progress }: Visit,
  { accounts, identifiers }: Pick<Services, 'accounts' | 'identifiers'>,
): Promise<boolean> {
  if (!pending.signedInMeanwhile) return false;
  const { identifier } = progress;
  if (!identifier) return true;
  const account = await accounts.byId(pending.signedInMeanwhile.accountId);
  if (identifier.normalized === account?.emailNormalized) return true;
  const named = await identifiers.resolve(identifier);
  return named?.state === 'name' && named.account.id === account?.id;
}
