import {
  type CodeRequest,
  codeRefusal,
  deliveryText,
  type SentCode,
  type SentCodeFactor,
  sendingText,
} from '#credentials';
import { formFields, type RouteContext } from '#http';
import type { FormData, TextRef } from '#rendering';
import type { SignedIn } from '#sessions';
import { SAVE_PATH } from './code-to-save.ts';
import { go } from './frame.ts';
import type { ProfileParts } from './parts.ts';

export interface Problem {
  errors: NonNullable<FormData['errors']>;
  status?: number;
}

/** The set-up of a method whose codes are sent, in the profile. */
interface CodePage {
  kind: 'sms' | 'email';
  factor: SentCodeFactor;
  path: string;
  /** Where a set-up begins for which no code was sent yet. */
  startPath: string;
  render(ctx: RouteContext, data: FormData, sent: { masked: string }, status: number): void;
}

/** A code works on this sign-in's pages alone. */
export const codeRequestOf = (ctx: RouteContext, { account, signIn }: SignedIn): CodeRequest => ({
  account,
  binding: `profile:${signIn.uid}`,
  origin: ctx.state.origin,
  locale: ctx.state.locale,
});

export function sendingProblem(sent: SentCode, kind: 'sms' | 'email'): Problem | undefined {
  const form = sendingText(sent, kind);
  return form && { errors: { form }, status: 429 };
}

/** The page at which the code of a set-up is entered, or sent again. */
export async function showCodePage(
  ctx: RouteContext,
  person: SignedIn,
  { factor, path, startPath, render }: CodePage,
  problem?: Problem,
  resent = false,
): Promise<void> {
  const { account, binding } = codeRequestOf(ctx, person);
  const sent = await factor.pending('enrolment', account.id, binding);
  if (!sent) return go(ctx, startPath);
  const form = deliveryText(sent);
  const data = {
    ...formFields(ctx, path),
    ...(form && { errors: { form } }),
    ...(problem && { errors: problem.errors }),
    ...(resent && { notice: { key: 'interactions:sent-code.resent' } }),
  };
  render(ctx, data, sent, problem ? (problem.status ?? 422) : 200);
}

export async function submitCodePage(
  ctx: RouteContext,
  parts: ProfileParts,
  person: SignedIn,
  page: CodePage,
  typed: { code: string; choice?: 'resend' | undefined },
): Promise<void> {
  if (typed.choice !== 'resend') return confirm(ctx, parts, person, page, typed.code);
  const problem = sendingProblem(await page.factor.resend(codeRequestOf(ctx, person)), page.kind);
  await showCodePage(ctx, person, page, problem, !problem);
}

async function confirm(
  ctx: RouteContext,
  { credentials, server }: ProfileParts,
  person: SignedIn,
  page: CodePage,
  typed: string,
): Promise<void> {
  const { account, binding, origin } = codeRequestOf(ctx, person);
  const again = (text: TextRef, status = 422) =>
    showCodePage(ctx, person, page, { errors: { code: text }, status });
  const code = typed.replace(/[\s\-–.]/gu, '');
  if (code === '') return again({ key: 'credentials:code-required' });
  if (!/^\d{6}$/.test(code)) return again({ key: 'credentials:code-format' });
  const acting = { actor: account.id, origin };
  const enrolled = await server.accountSessions.keeping(person.signIn.uid, () =>
    page.factor.confirm(account.id, code, { ...acting, binding, raiseEpoch: true }),
  );
  if (enrolled.outcome !== 'enrolled') {
    const { text, status } = codeRefusal(enrolled);
    return again(text, status);
  }
  // G29, J10: each set-up ends with a new code, which voids the former.
  const recoveryCode = await credentials.recoveryCodes.issue(account.id, acting);
  await person.keepSecrets({ recoveryCode });
  go(ctx, SAVE_PATH);
}
