import type { RouteContext } from '#http';
import type { TextRef } from '#rendering';
import type { SignedIn } from '#sessions';
import { frameOf, go } from './frame.ts';
import type { ProfileParts } from './parts.ts';
import { askFirst } from './question.ts';
import { type Standing, standingOf } from './standing.ts';
import { mailOfChange } from './tell-of-change.ts';

const METHODS = {
  totp: { question: 'remove-authenticator', change: 'authenticator-removed' },
  sms: { question: 'remove-phone', change: 'phone-removed' },
  passkey: { question: 'remove-passkey', change: 'passkey-removed' },
  email: { question: 'remove-email-code', change: 'email-code-removed' },
} as const;

/** K8: not the last one that will do, while a company enforces it; everything signed in elsewhere ends. */
export async function removeMethod(
  ctx: RouteContext,
  parts: ProfileParts,
  person: SignedIn,
  kind: keyof typeof METHODS,
  path: string,
  /** Which one, of several passkeys. */
  passkeyId?: string,
): Promise<void> {
  const { account, signIn } = person;
  const { question, change } = METHODS[kind];
  const standing = await standingOf(person, parts);
  const { enforced, methods } = standing.policy.mfa;
  const { outcome } = await parts.server.accountSessions.keeping(signIn.uid, () =>
    parts.credentials.removeMethod(
      account.id,
      { kind, ...(passkeyId !== undefined && { passkeyId }) },
      {
        actor: account.id,
        origin: ctx.state.origin,
        ...(enforced && { needed: methods }),
        ...(change !== 'passkey-removed' && { emit: [mailOfChange(ctx, parts, account, change)] }),
      },
    ),
  );
  if (outcome === 'removed') return go(ctx, `/profile/security?done=${change}`);
  if (outcome === 'none') return go(ctx, '/profile/security');
  const form = outcome === 'busy' ? BUSY : lastMethod(standing);
  askFirst(ctx, frameOf(ctx, 'security', person, standing), question, path, { form });
}

/** K8, for the pages that would offer it: why a method stays, by the rule of its removal; undefined where it may go. */
export function whyItStays(
  standing: Standing,
  kind: keyof typeof METHODS,
  /** How many there are, where one of them would go. */
  passkeys = 1,
): TextRef | undefined {
  const { enforced, methods } = standing.policy.mfa;
  const there = {
    totp: standing.hasApp,
    sms: standing.hasPhone,
    passkey: standing.hasPasskey,
    email: standing.hasEmailCode,
  };
  const left = { ...there, [kind]: kind === 'passkey' && there.passkey && passkeys > 1 };
  return enforced && !methods.some((one) => left[one]) ? lastMethod(standing) : undefined;
}

const BUSY: TextRef = { key: 'profile:errors.busy' };

function lastMethod({ policy, companies }: Standing): TextRef {
  const company = companies.find(({ id }) => id === policy.mfa.from)?.name ?? '';
  return { key: 'profile:errors.last-method', params: { company } };
}
