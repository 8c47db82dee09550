import type { RouteContext } from '#http';
import { formatDate, type ProfileFrame, type ProfileTab, type TextRef } from '#rendering';
import { ACCOUNT_CLIENT, type SignedIn } from '#sessions';
import { codeToSave, SAVE_PATH } from './code-to-save.ts';
import type { Standing } from './standing.ts';

/** Menu, tabs, the announced day and a code that may be lost, around every page of the profile. */
export function frameOf(
  ctx: RouteContext,
  tab: ProfileTab,
  person: SignedIn,
  standing: Standing,
): ProfileFrame {
  const { account } = person;
  const deadline = deadlineOf(ctx, standing);
  return {
    tab,
    name: account.name,
    email: account.email,
    switchable: standing.memberships.length > 1,
    logOutUrl: `/session/end?${new URLSearchParams({ client_id: ACCOUNT_CLIENT })}`,
    ...(deadline && { deadline }),
    ...(standing.hasMethod && standing.recoveryCode !== 'kept' && { recoveryCode: standing.recoveryCode }),
    ...(standing.recoveryCode === 'unsaved' &&
      codeToSave(person, standing.recoveryCodeAt) && { codeToSaveUrl: SAVE_PATH }),
  };
}

/** G25: MFA is announced, and the person has nothing yet. */
function deadlineOf(ctx: RouteContext, { policy: { mfa }, companies, hasMethod }: Standing) {
  const company = companies.find(({ id }) => id === mfa.from);
  if (!company || !mfa.enforcedFrom || mfa.enforced || hasMethod) return undefined;
  const date = formatDate(mfa.enforcedFrom, ctx.state.locale, company.settings.mfa.timeZone);
  return { companyName: company.name, date };
}

/** What happened on the page before, as `?done=` says; nothing else is said on anybody's word. */
const DONE: Readonly<Record<string, TextRef>> = {
  settings: { key: 'profile:done.settings' },
  email: { key: 'profile:done.email' },
  'email-cancelled': { key: 'profile:done.email-cancelled' },
  password: { key: 'profile:done.password' },
  'authenticator-removed': { key: 'profile:done.authenticator-removed' },
  'passkey-renamed': { key: 'profile:done.passkey-renamed' },
  'passkey-removed': { key: 'profile:done.passkey-removed' },
  'email-code-removed': { key: 'profile:done.email-code-removed' },
  'phone-removed': { key: 'profile:done.phone-removed' },
  'recovery-code': { key: 'profile:done.recovery-code' },
  'always-require-on': { key: 'profile:done.always-require-on' },
  'always-require-off': { key: 'profile:done.always-require-off' },
  'trust-ended': { key: 'profile:done.trust-ended' },
  'signed-out': { key: 'profile:done.signed-out' },
  disconnected: { key: 'profile:done.disconnected' },
};

export function noticeOf(ctx: RouteContext): { notice?: TextRef } {
  const done = ctx.query['done'];
  const notice = typeof done === 'string' && Object.hasOwn(DONE, done) ? DONE[done] : undefined;
  return notice ? { notice } : {};
}

export function go(ctx: RouteContext, path: string): void {
  ctx.redirect(path);
  ctx.status = 303;
}
