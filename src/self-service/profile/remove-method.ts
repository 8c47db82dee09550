import type { RouteContext } from '#http';
import type { SignedIn } from '#sessions';
import { frameOf, go } from './frame.ts';
import type { ProfileParts } from './parts.ts';
import { askFirst } from './question.ts';
import { isEnrolled, type Standing, standingOf } from './standing.ts';
import { tellOfChange } from './tell-of-change.ts';

const METHODS = {
  totp: { question: 'remove-authenticator', change: 'authenticator-removed' },
  sms: { question: 'remove-phone', change: 'phone-removed' },
  passkey: { question: 'remove-passkey', change: 'passkey-removed' },
} as const;

/** K8: not the last one that will do, while a company enforces it; everything signed in elsewhere ends. */
export async function removeMethod(
  ctx: RouteContext,
  parts: ProfileParts,
  person: SignedIn,
  kind: keyof typeof METHODS,
  path: string,
  /** Which one, of several passkeys. */
  passkeyId = '',
): Promise<void> {
  const { account, signIn } = person;
  const { credentials, accounts, server } = parts;
  const standing = await standingOf(person, parts);
  const { mfa } = standing.policy;
  const others = await otherMethods(parts, account.id, standing, kind);
  if (mfa.enforced && !others.some((one) => mfa.methods.includes(one))) {
    const company = standing.companies.find(({ id }) => id === mfa.from)?.name ?? '';
    const errors = { form: { key: 'profile:errors.last-method', params: { company } } };
    return askFirst(ctx, frameOf(ctx, 'security', person, standing), METHODS[kind].question, path, errors);
  }
  await server.accountSessions.keeping(signIn.uid, async () => {
    const acting = { actor: account.id, origin: ctx.state.origin };
    // Before the change too: a crash in between leaves no old session beside it, and what is left can be removed again.
    await accounts.raiseEpoch(account.id, 'factor-changed');
    const removed =
      kind === 'passkey'
        ? await credentials.passkeys.remove(account.id, passkeyId, acting)
        : await (kind === 'totp' ? credentials.totp : credentials.phones).remove(account.id, acting);
    if (!removed) return;
    // W12: a recovery code stands in for a method; alone it is none.
    if (others.length === 0) await credentials.recoveryCodes.remove(account.id);
    await accounts.raiseEpoch(account.id, 'factor-changed');
  });
  // That of a passkey is told with its name, where it happens.
  if (kind !== 'passkey') await tellOfChange(ctx, parts, account, METHODS[kind].change);
  go(ctx, `/profile/security?done=${METHODS[kind].change}`);
}

/** What is left without it: of passkeys there may be another one. */
async function otherMethods(
  { credentials }: ProfileParts,
  accountId: string,
  standing: Standing,
  kind: keyof typeof METHODS,
) {
  const { count } = await credentials.passkeys.status(accountId);
  return (['totp', 'sms', 'passkey'] as const).filter(
    (one) => isEnrolled(standing, one) && (one !== kind || (one === 'passkey' && count > 1)),
  );
}
