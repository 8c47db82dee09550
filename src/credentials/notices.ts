import type { Account } from '#accounts';
import { type Acting, type AuditFacts, type AuditKind, actedBy } from '#audit';
import { DEFAULT_LOCALE } from '#i18n';
import type { RequestOrigin } from '#kernel';
import { formatInstant, type MessageData, type MessageKind } from '#rendering';
import type { Mail } from './ports.ts';

/** A mail to the person in their own language. */
export function mailTo<K extends MessageKind>(account: Account, kind: K, data: MessageData[K]): Mail<K> {
  return { kind, to: account.email, locale: account.locale ?? DEFAULT_LOCALE, data };
}

/** An instant in words for a mail to the person. */
export function instantFor(account: Account, at: number): string {
  return formatInstant(at, account.locale ?? DEFAULT_LOCALE, account.timeZone);
}

/** The browser of a failed try, so that the person knows their own from a stranger's. */
export function failedFrom(origin: RequestOrigin | undefined): NonNullable<AuditFacts['details']> {
  return origin?.userAgent ? { userAgent: origin.userAgent } : {};
}

/** What happened to an account's credentials, by whom and from where. */
export function auditOf(
  type: AuditKind,
  accountId: string,
  acting: Acting,
  details: NonNullable<AuditFacts['details']> = {},
): AuditFacts {
  return { type, ...actedBy(acting), accountId, details };
}
