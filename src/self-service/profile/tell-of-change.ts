import type { Account } from '#accounts';
import { actedBy } from '#audit';
import type { RouteContext } from '#http';
import { formatInstant, type SecurityChange } from '#rendering';
import type { ProfileParts } from './parts.ts';

/** Whoever did it, the person learns of it by mail; `event` also leaves a record, where the use case leaves none itself. */
export async function tellOfChange(
  ctx: RouteContext,
  { audit, messages, clock }: Pick<ProfileParts, 'audit' | 'messages' | 'clock'>,
  account: Account,
  change: SecurityChange,
  event?: string,
): Promise<void> {
  const acting = actedBy({ actor: account.id, origin: ctx.state.origin });
  if (event) await audit.record({ type: event, ...acting, accountId: account.id, details: { change } });
  const locale = account.locale ?? ctx.state.locale;
  const at = formatInstant(clock.now(), locale, account.timeZone);
  const data = { name: account.name, at, change };
  await messages.send({ kind: 'security-changed', to: account.email, locale, data });
}
