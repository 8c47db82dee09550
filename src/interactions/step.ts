import type { z } from 'zod';
import type { Account } from '#accounts';
import type { RuleId } from '#credentials';
import type { Locale } from '#i18n';
import type { EmailAddress, RequestOrigin } from '#kernel';
import type { PendingInteraction } from '#oidc';
import type { FormData, TextRef, ViewData, ViewName } from '#rendering';
import type { Facts } from './facts.ts';
import type { Progress } from './progress.ts';
import type { StepName } from './step-name.ts';

/** One request to one step, without any web framework. */
export interface Visit {
  pending: PendingInteraction;
  facts: Facts;
  progress: Progress;
  /** Who the person says they are; absent while a session speaks for them. */
  identifier: EmailAddress | undefined;
  origin: RequestOrigin;
  /** Id of this browser where it is a known device of the account (W13). */
  knownDevice(account: Account | undefined): string | undefined;
  /** @throws AppError 'too-many-requests' (429) where its network leaves for identity providers too often */
  countDeparture(): Promise<void>;
  locale: Locale;
  /** Digest of the browser's own cookie. */
  browser: string;
  /** Of the mailed link, where this log-in accepts an invitation. */
  invitationToken?: string;
  /** Path of another step of this interaction, or of the dispatcher. */
  pathOf(step?: StepName): string;
  /** Action and anti-forgery token of the step's own form. */
  form(step: StepName): Pick<FormData, 'action' | 'csrf' | 'trust'>;
  save(change: (progress: Progress) => Progress): Promise<void>;
}

export type Shown = { [V in ViewName]: { view: V; data: ViewData[V]; status?: number } }[ViewName];

/** A page, or a move to another address of ours. */
export type StepView = Shown | { goTo: string };

export interface Again {
  outcome: 'again';
  errors: Partial<Record<string, TextRef>>;
  notice?: TextRef;
  /** 422 unless said. */
  status?: number;
  /** What was typed, to be shown again; never passwords or codes. */
  typed?: Record<string, string>;
  /** Password rules that the last try missed. */
  unmet?: readonly RuleId[];
}

/** What a form holds for another step than its own, should that one be next. */
export interface ForStep {
  step: StepName;
  form: Record<string, string>;
}

export type Submitted =
  /** Progress was saved; the dispatcher decides. */
  | { outcome: 'saved'; handOn?: ForStep }
  /** The same page again, saying what was wrong. */
  | Again
  | { outcome: 'go'; path: string }
  /** Another page in place of the form. */
  | { outcome: 'shown'; page: Shown }
  /** The request ends with an error at the relying party. */
  | { outcome: 'refused'; error: string; description: string }
  | { outcome: 'download'; filename: string; text: string };

export interface Step {
  name: StepName;
  /** What its form may carry, beside the anti-forgery token. */
  fields: z.ZodObject;
  show(visit: Visit, again?: Again): Promise<StepView>;
  submit(visit: Visit, form: Record<string, string>): Promise<Submitted>;
}

/** The part of a form page that says what was wrong. */
export function problemsOf(again: Again | undefined): Pick<FormData, 'errors' | 'notice'> {
  return again ? { errors: again.errors, ...(again.notice && { notice: again.notice }) } : {};
}

/** A text of config/locales/<lang>/<file>.json, as `file:dotted.key`. */
export type TextKey = `${string}:${string}`;

/** A form again with one text at one field. */
export function wrong(field: string, key: TextKey, params?: Record<string, string | number>): Again {
  return {
    outcome: 'again',
    errors: { [field]: { key, ...(params && { params }) } },
  };
}
