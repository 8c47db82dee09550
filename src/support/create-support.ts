import type { Accounts } from '#accounts';
import { type Audit, type AuditFacts, type AuditKind, actedBy } from '#audit';
import type { Companies } from '#companies';
import type { Messages } from '#delivery';
import { DEFAULT_LOCALE } from '#i18n';
import { AppError, type Clock, DAY, equalInConstantTime, type Randomness, sha256 } from '#kernel';
import type { Emission, Storage } from '#storage';
import { createCaseQuota } from './case-quota.ts';
import { findCandidates } from './find-candidates.ts';
import type { Support, SupportActing } from './support.ts';
import { type SupportCase, supportCaseSchema } from './support-case.ts';

/** Cases hold what people tell about themselves: not for longer than support needs. */
const CASE_LIFE = 180 * DAY;

export interface SupportParts {
  storage: Storage;
  clock: Clock;
  randomness: Randomness;
  accounts: Pick<Accounts, 'byId' | 'getMany'>;
  companies: Pick<Companies, 'membershipsOf' | 'membersOf' | 'getMany'>;
  messages: Pick<Messages, 'emission'>;
  audit: Pick<Audit, 'emission' | 'record'>;
  /** Who is told of new cases; without it they are found by listing them. */
  supportEmail?: string | undefined;
}

/** Declares its collections: to be called before the storage opens. */
export function createSupport(parts: SupportParts): Support {
  const { storage, clock, randomness, accounts, companies, messages, audit, supportEmail } = parts;
  const cases = storage.collection<SupportCase>({
    name: 'support-cases',
    schema: supportCaseSchema,
    key: 'id',
    index: { byState: ['state', 'openedAt'] },
    expiresAt: 'expiresAt',
    durability: 'durable',
    sealed: ['fullName', 'companyName', 'projects', 'replyTo', 'checks'],
  });
  const countCase = createCaseQuota({ storage, clock });

  const tellSupport = (
    id: string,
    data: { fullName?: string; companyName?: string; projects?: string; replyTo?: string },
  ) =>
    supportEmail
      ? [
          messages.emission({
            kind: 'support-case',
            to: supportEmail,
            locale: DEFAULT_LOCALE,
            data: { name: '', id, ...data },
          }),
        ]
      : [];

  function event(
    type: AuditKind,
    id: string,
    { by, ...acting }: SupportActing,
    more: Partial<AuditFacts> = {},
  ): AuditFacts {
    return { type, ...actedBy(acting), ...more, details: { case: id, by, ...more.details } };
  }

  async function change(
    id: string,
    step: (found: SupportCase) => SupportCase,
    emission: Emission,
  ): Promise<SupportCase> {
    const changed = await cases.update(id, step, { emit: () => [emission] });
    if (!changed) throw new AppError('support.unknown', 404);
    return changed;
  }

  async function read(id: string): Promise<SupportCase> {
    const found = await cases.get(id);
    if (!found) throw new AppError('support.unknown', 404);
    return found;
  }

  return {
    async open({ network, origin, ...told }) {
      await countCase(network);
      const id = randomness.digits(10);
      const contactKey = randomness.token();
      const openedAt = clock.now();
      const opened = { actor: 'system', origin };
      await cases.insert(
        {
          ...told,
          id,
          openedAt,
          state: 'open',
          contactKey: sha256(contactKey),
          checks: [],
          expiresAt: openedAt + CASE_LIFE,
        },
        {
          emit: [
            audit.emission({ type: 'support.case-opened', ...actedBy(opened), details: { case: id } }),
            ...tellSupport(id, {
              fullName: told.fullName,
              companyName: told.companyName,
              projects: told.projects,
            }),
          ],
        },
      );
      return { id, contactKey };
    },

    async addContact(contactKey, id, replyTo) {
      let added = false;
      await cases.update(
        id,
        (found) => {
          added = found.replyTo === undefined && equalInConstantTime(found.contactKey, sha256(contactKey));
          return added ? { ...found, replyTo } : undefined;
        },
        { emit: () => tellSupport(id, { replyTo }) },
      );
      return added;
    },

    async list(state = 'open') {
      return (await cases.find({ index: 'byState', equals: [state], reverse: true })).items;
    },

    async read(id, acting) {
      const found = await read(id);
      await audit.record(event('support.case-read', id, acting));
      return found;
    },

    async recordCheck(id, check, acting) {
      const at = clock.now();
      const step = (found: SupportCase) => {
        assertOpen(found);
        return { ...found, checks: [...found.checks, { ...check, at, by: acting.by }] };
      };
      await change(id, step, audit.emission(event('support.check-recorded', id, acting)));
    },

    async candidates(id, companyId) {
      const { fullName } = await read(id);
      return findCandidates({ accounts, companies }, companyId, fullName);
    },

    async decide(id, accountId, acting) {
      if (accountId && !(await accounts.byId(accountId))) throw new AppError('account-not-found', 404);
      const decidedAt = clock.now();
      const step = (found: SupportCase): SupportCase => {
        assertOpen(found);
        if (accountId && found.checks.length === 0) throw new AppError('support.unchecked', 409);
        const state = accountId ? 'matched' : 'not-matched';
        return { ...found, state, decidedAt, ...(accountId && { accountId }) };
      };
      const type = accountId ? 'support.matched' : 'support.not-matched';
      await change(id, step, audit.emission(event(type, id, acting, accountId ? { accountId } : {})));
    },

    async reveal(id, acting) {
      const { state, accountId } = await read(id);
      const account = accountId && state === 'matched' ? await accounts.byId(accountId) : undefined;
      if (!account) throw new AppError('support.not-matched', 409);
      const revealedAt = clock.now();
      // Written before the address is handed out: nothing is revealed without its record.
      const audited = audit.emission(
        event('support.address-revealed', id, acting, { accountId: account.id }),
      );
      await change(id, (found) => ({ ...found, revealedAt }), audited);
      return account.email;
    },
  };
}

function assertOpen({ state }: SupportCase): void {
  if (state !== 'open') throw new AppError('support.decided', 409);
}
