import type { Account } from '#accounts';
import type { RouteContext } from '#http';
import { formatInstant, type SecurityChange } from '#rendering';
import type { Emission } from '#storage';
import type { ProfileParts } from './parts.ts';

/** Whoever did it, the person learns of it by mail: goes with the change in one write, so that no crash loses it. */
export function mailOfChange(
  ctx: RouteContext,
  { messages, clock }: Pick<ProfileParts, 'messages' | 'clock'>,
  account: Account,
  change: SecurityChange,
): Emission {
  const locale = account.locale ?? ctx.state.locale;
  const at = formatInstant(clock.now(), locale, account.timeZone);
  const data = { name: account.name, at, change };
  return messages.emission({ kind: 'security-changed', to: account.email, locale, data });
}
