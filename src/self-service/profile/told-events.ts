import type { AuditEvent, PersonalKind } from '#audit';
import type { Company } from '#companies';
import type { TextRef } from '#rendering';
import { type DeviceName, deviceName } from './device-name.ts';

type Failure = 'log-in.failed' | 'second-factor.failed';

/** What the record calls them, in words. */
const TEXTS: Readonly<Record<Exclude<PersonalKind, Failure>, string>> = {
  'log-in.succeeded': 'profile:activity.event.logged-in',
  'log-in.throttled': 'profile:activity.event.passwords-throttled',
  'account.created': 'profile:activity.event.created',
  'account.credentials-imported': 'profile:activity.event.credentials-imported',
  'password.imported': 'profile:activity.event.password-imported',
  'authenticator.imported': 'profile:activity.event.app-imported',
  'sms-code.sent': 'profile:activity.event.sms-sent',
  'email-code.sent': 'profile:activity.event.email-sent',
  'passkey.renamed': 'profile:activity.event.passkey-renamed',
  'account.locked': 'profile:activity.event.locked',
  'account.unlocked': 'profile:activity.event.unlocked',
  'password.changed': 'profile:activity.event.password-changed',
  'password-reset.requested': 'profile:activity.event.reset-requested',
  'account.address-changed': 'profile:activity.event.address-changed',
  'account.address-change-requested': 'profile:activity.event.address-change-requested',
  'account.address-change-cancelled': 'profile:activity.event.address-change-cancelled',
  'account.changed': 'profile:activity.event.profile-changed',
  'account.status-changed': 'profile:activity.event.status-changed',
  'authenticator.added': 'profile:activity.event.app-added',
  'authenticator.removed': 'profile:activity.event.app-removed',
  'passkey.added': 'profile:activity.event.passkey-added',
  'passkey.removed': 'profile:activity.event.passkey-removed',
  'passkey.counter-regressed': 'profile:activity.event.passkey-refused',
  'phone.added': 'profile:activity.event.phone-added',
  'phone.removed': 'profile:activity.event.phone-removed',
  'email-code.added': 'profile:activity.event.email-code-added',
  'email-code.removed': 'profile:activity.event.email-code-removed',
  'recovery-code.issued': 'profile:activity.event.recovery-issued',
  'recovery-code.used': 'profile:activity.event.recovery-used',
  'second-factor.throttled': 'profile:activity.event.codes-throttled',
  'account.second-factor-setting-changed': 'profile:activity.event.always-require',
  'trusted-device.added': 'profile:activity.event.device-trusted',
  'trusted-device.ended': 'profile:activity.event.device-trust-ended',
  'session.ended': 'profile:activity.event.signed-out',
  'session.ended-everywhere': 'profile:activity.event.signed-out-everywhere',
  'consent.withdrawn': 'profile:activity.event.disconnected',
  'refresh-token.reused': 'profile:activity.event.token-reused',
  'federation.linked': 'profile:activity.event.linked',
  'terms.accepted': 'profile:activity.event.terms',
  'membership.saved': 'profile:activity.event.membership-former',
  'invite.accepted': 'profile:activity.event.invitation-accepted',
  'credentials.forgotten': 'profile:activity.event.methods-forgotten',
  'support.matched': 'profile:activity.event.support-matched',
  'support.address-revealed': 'profile:activity.event.address-revealed',
};

/** Tries that failed: one, and several in a row from one place. */
const FAILURES: Readonly<Record<Failure, readonly [one: string, several: string]>> = {
  'log-in.failed': ['profile:activity.event.password-failed', 'profile:activity.event.passwords-failed'],
  'second-factor.failed': ['profile:activity.event.code-failed', 'profile:activity.event.codes-failed'],
};

export interface ToldEvent {
  text: TextRef;
  /** Epoch milliseconds; of several the latest. */
  at: number;
  ip?: string;
  device?: DeviceName;
  byOther: boolean;
}

/** A page of the record in words, newest first; the same failure from the same place stands there once, with its count. */
export function toldEvents(
  events: readonly AuditEvent[],
  accountId: string,
  companies: readonly Company[],
): ToldEvent[] {
  const runs: { event: AuditEvent; count: number }[] = [];
  for (const event of events) {
    const last = runs.at(-1);
    if (last && isSameFailure(last.event, event)) last.count++;
    else runs.push({ event, count: 1 });
  }
  return runs.map(({ event, count }) => ({
    text: textOf(event, count, companies),
    at: event.at,
    byOther: event.actor !== accountId && event.actor !== 'anonymous',
    ...placeIn(event, accountId),
  }));
}

const isFailure = (type: string): type is Failure => Object.hasOwn(FAILURES, type);
const isTold = (type: string): type is keyof typeof TEXTS => Object.hasOwn(TEXTS, type);

function isSameFailure(one: AuditEvent, other: AuditEvent): boolean {
  const browserOf = ({ details }: AuditEvent) => details['userAgent'];
  return (
    isFailure(one.type) &&
    one.type === other.type &&
    one.ip === other.ip &&
    browserOf(one) === browserOf(other)
  );
}

function textOf({ type, companyId }: AuditEvent, count: number, companies: readonly Company[]): TextRef {
  if (isFailure(type)) {
    const [one, several] = FAILURES[type];
    return count === 1 ? { key: one } : { key: several, params: { count } };
  }
  const company = type === 'membership.saved' && companies.find(({ id }) => id === companyId);
  if (company) return { key: 'profile:activity.event.membership', params: { company: company.name } };
  // A record may be older than what its kinds are called today.
  return { key: isTold(type) ? TEXTS[type] : 'profile:activity.event.other' };
}

/** Of one's own acts, and of tries in one's name: never where an administrator sits. */
function placeIn({ type, ip, actor, details }: AuditEvent, accountId: string) {
  const { userAgent } = details;
  const isTry = isFailure(type) || type === 'log-in.throttled';
  return {
    ...(ip && (actor === accountId || isTry) && { ip }),
    ...(isTry && typeof userAgent === 'string' && { device: deviceName(userAgent) }),
  };
}
