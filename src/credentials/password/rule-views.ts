import type { PasswordRuleView, TextRef } from '#rendering';
import type { PasswordRule, RuleId } from './password-rules.ts';

/** The circles of a set-password page (A10); `unmet` of the last try, where there was one. */
export function passwordRuleViews(
  rules: readonly PasswordRule[],
  unmet?: readonly RuleId[],
): PasswordRuleView[] {
  return rules.map(({ id, params }) => ({
    id,
    text: { key: `credentials:rule.${id}`, params: viewParams(params) },
    state: stateOf(id, unmet),
  }));
}

/** The last passwords are looked at when all else is well: of them is only known when one was taken again. */
function stateOf(id: RuleId, unmet: readonly RuleId[] | undefined): PasswordRuleView['state'] {
  if (unmet?.includes(id)) return 'unmet';
  if (id === 'history') return 'later';
  return unmet ? 'met' : 'open';
}

/** What to say at the field; the circles tell which rules it was. */
export function unmetRulesText(unmet: readonly RuleId[]): TextRef {
  if (unmet.includes('too-long')) return { key: 'credentials:password-too-long' };
  if (unmet.includes('breached')) return { key: 'credentials:password-breached' };
  if (unmet.length === 1 && unmet[0] === 'history') return { key: 'credentials:rule.history' };
  return { key: 'credentials:rules' };
}

const viewParams = ({ minLength, ...rest }: Record<string, number>) =>
  minLength === undefined ? rest : { ...rest, length: minLength };

/** What is to be said at a form of a new password and its confirmation. */
export interface NewPasswordProblems {
  errors: { password?: TextRef; confirm?: TextRef };
  /** Rules that the password misses, where it misses any. */
  unmet?: readonly RuleId[];
}

/** All that is wrong at once, before anything is hashed; undefined where nothing is. `unmet`: of the rules of content. */
export function newPasswordProblems(
  { password, confirm }: { password: string; confirm: string },
  unmet: readonly RuleId[],
): NewPasswordProblems | undefined {
  if (password === '') return { errors: { password: { key: 'credentials:password-required' } } };
  const mismatch = password !== confirm && { confirm: { key: 'credentials:mismatch' } };
  if (unmet.length > 0) return { errors: { password: unmetRulesText(unmet), ...mismatch }, unmet };
  return mismatch ? { errors: mismatch } : undefined;
}
