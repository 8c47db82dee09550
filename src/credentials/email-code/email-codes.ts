import type { Acting } from '#audit';
import type { Clock } from '#kernel';
import type { Emission } from '#storage';
import { endingSignIns } from '../change-factor.ts';
import type { FactorStatus } from '../factor-status.ts';
import { auditOf, instantFor, mailTo } from '../notices.ts';
import type { CredentialAccounts, CredentialAudit, CredentialMessages } from '../ports.ts';
import type { SentCodeFactor } from '../sent-code/sent-code.ts';
import type { SentCodes } from '../sent-code/sent-codes.ts';
import type { EmailCodeStore, StoredEmailMethod } from './email-code-store.ts';

/**
 * Codes by e-mail as second factor, to the account's own address; `resend` begins a set-up, too. The mailbox also resets the
 * password: what the two are worth together is the caller's to judge (I10).
 */
export interface EmailCodes extends SentCodeFactor {
  /** Nobody has any while the platform offers none. */
  status(accountId: string): Promise<FactorStatus>;
  /** False when there was none. `emit` goes with the removal in one write. Ending sessions is the caller's. */
  remove(accountId: string, acting: Acting, emit?: readonly Emission[]): Promise<boolean>;
}

export interface EmailCodesParts {
  methods: EmailCodeStore;
  codes: SentCodes;
  available: boolean;
  clock: Clock;
  accounts: Pick<CredentialAccounts, 'byId' | 'raiseEpoch'>;
  messages: Pick<CredentialMessages, 'emission'>;
  audit: CredentialAudit;
}

export function createEmailCodes(parts: EmailCodesParts): EmailCodes {
  const { methods, codes, available, clock, accounts, audit } = parts;

  /** A code to an address that the account had before is worth nothing. */
  async function isAddressOf(accountId: string): Promise<(to: string) => boolean> {
    const account = await accounts.byId(accountId);
    return (to) => to === account?.email;
  }

  return {
    available,
    async resend(request) {
      if (!request.account.emailVerified) return { outcome: 'none' };
      return codes.send('enrolment', { to: request.account.email }, request);
    },
    async confirm(accountId, code, { binding, raiseEpoch = false, ...acting }) {
      if (!available) return { outcome: 'none' };
      const isOwn = await isAddressOf(accountId);
      const place = { purpose: 'enrolment' as const, accountId, binding };
      const checked = await codes.check(place, code, acting, ({ to }) => isOwn(to));
      if (checked.outcome !== 'ok') return checked;
      const notices = await addedNotices(parts, accountId, acting);
      const enrol = () => methods.enrol(accountId, clock.now(), notices);
      if (!raiseEpoch) return { outcome: 'enrolled', version: await enrol() };
      const { result: version, epoch } = await endingSignIns(accounts, accountId, enrol);
      return { outcome: 'enrolled', version, epoch };
    },
    async challenge(request) {
      const stored = await methods.get(request.account.id);
      if (!isEnrolled(stored)) return { outcome: 'none' };
      return codes.send('log-in', { to: request.account.email, methodVersion: stored.version }, request);
    },
    async verify(accountId, code, { binding, origin }) {
      const stored = await methods.get(accountId);
      if (!available || !isEnrolled(stored)) return { outcome: 'none' };
      const { version } = stored;
      const isOwn = await isAddressOf(accountId);
      const checked = await codes.check(
        { purpose: 'log-in', accountId, binding },
        code,
        { actor: accountId, origin },
        ({ to, methodVersion }) => methodVersion === version && isOwn(to),
      );
      if (checked.outcome !== 'ok') return checked;
      await methods.used(accountId, version, clock.now());
      return { outcome: 'ok', version };
    },
    pending: (purpose, accountId, binding) => codes.pending({ purpose, accountId, binding }),
    async status(accountId) {
      const stored = available ? await methods.get(accountId) : undefined;
      if (!isEnrolled(stored)) return { enrolled: false, version: stored?.version ?? 0 };
      const { enrolledAt, lastUsedAt, version } = stored;
      return { enrolled: true, enrolledAt, version, ...(lastUsedAt !== undefined && { lastUsedAt }) };
    },
    remove: (accountId, acting, emit = []) =>
      methods.remove(accountId, [audit.emission(auditOf('email-code.removed', accountId, acting)), ...emit]),
  };
}

function isEnrolled(
  stored: StoredEmailMethod | undefined,
): stored is StoredEmailMethod & { enrolledAt: number } {
  return stored?.enrolledAt !== undefined;
}

async function addedNotices(
  { accounts, messages, audit, clock }: EmailCodesParts,
  accountId: string,
  acting: Acting,
) {
  const event = audit.emission(auditOf('email-code.added', accountId, acting));
  const account = await accounts.byId(accountId);
  if (!account) return [event];
  const data = {
    name: account.name,
    at: instantFor(account, clock.now()),
    change: 'email-code-added' as const,
  };
  return [event, messages.emission(mailTo(account, 'security-changed', data))];
}
