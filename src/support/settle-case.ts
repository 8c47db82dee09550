import { type AuditFacts, type AuditKind, actedBy } from '#audit';
import { AppError } from '#kernel';
import type { Collection } from '#storage';
import { changeCase, readCase } from './case-store.ts';

import { findCandidates } from './find-candidates.ts';
import type { Support, SupportActing } from './support.ts';
import type { SupportCase } from './support-case.ts';
import type { SupportParts } from './support-parts.ts';

type Cases = Collection<SupportCase>;

/** What somebody of the support role does; each leaves an event with the case and their name. */
export function createSettling(parts: SupportParts, cases: Cases): Omit<Support, 'open' | 'addContact'> {
  const { accounts, companies, audit } = parts;
  return {
    async list(state = 'open') {
      return (await cases.find({ index: 'byState', equals: [state], reverse: true })).items;
    },
    async read(id, acting) {
      const found = await readCase(cases, id);
      await audit.record(event('support.case-read', id, acting));
      return found;
    },
    async candidates(id, companyId) {
      const { fullName } = await readCase(cases, id);
      return findCandidates({ accounts, companies }, companyId, fullName);
    },
    ...createCheck(parts, cases),
    ...createDecision(parts, cases),
    ...createReveal(parts, cases),
  };
}

function createCheck({ clock, audit }: SupportParts, cases: Cases): Pick<Support, 'recordCheck'> {
  return {
    async recordCheck(id, check, acting) {
      const at = clock.now();
      const step = (found: SupportCase) => {
        assertOpen(found);
        return { ...found, checks: [...found.checks, { ...check, at, by: acting.by }] };
      };
      await changeCase(cases, id, step, audit.emission(event('support.check-recorded', id, acting)));
    },
  };
}

function createDecision({ clock, accounts, audit }: SupportParts, cases: Cases): Pick<Support, 'decide'> {
  return {
    async decide(id, accountId, acting) {
      if (accountId && !(await accounts.byId(accountId))) throw new AppError('account-not-found', 404);
      const decidedAt = clock.now();
      const step = (found: SupportCase): SupportCase => {
        assertOpen(found);
        if (accountId && found.checks.length === 0) throw new AppError('support.unchecked', 409);
        const state = accountId ? 'matched' : 'not-matched';
        return { ...found, state, decidedAt, ...(accountId && { accountId }) };
      };
      const kind = accountId ? 'support.matched' : 'support.not-matched';
      await changeCase(
        cases,
        id,
        step,
        audit.emission(event(kind, id, acting, accountId ? { accountId } : {})),
      );
    },
  };
}

function createReveal({ clock, accounts, audit }: SupportParts, cases: Cases): Pick<Support, 'reveal'> {
  return {
    async reveal(id, acting) {
      const { state, accountId } = await readCase(cases, id);
      const account = accountId && state === 'matched' ? await accounts.byId(accountId) : undefined;
      if (!account) throw new AppError('support.not-matched', 409);
      const revealedAt = clock.now();
      // Written before the address is handed out: nothing is revealed without its record.
      const revealed = event('support.address-revealed', id, acting, { accountId: account.id });
      await changeCase(cases, id, (found) => ({ ...found, revealedAt }), audit.emission(revealed));
      return account.email;
    },
  };
}

function event(
  type: AuditKind,
  id: string,
  { by, ...acting }: SupportActing,
  more: Partial<AuditFacts> = {},
): AuditFacts {
  return { type, ...actedBy(acting), ...more, details: { case: id, by, ...more.details } };
}

function assertOpen({ state }: SupportCase): void {
  if (state !== 'open') throw new AppError('support.decided', 409);
}
