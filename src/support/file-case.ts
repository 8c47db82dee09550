import { actedBy } from '#audit';
import { DEFAULT_LOCALE } from '#i18n';
import { DAY, equalInConstantTime, sha256 } from '#kernel';
import type { Collection, Emission } from '#storage';
import { createCaseQuota } from './case-quota.ts';

import type { Support } from './support.ts';
import type { SupportCase } from './support-case.ts';
import type { SupportParts } from './support-parts.ts';

/** Cases hold what people tell about themselves: not for longer than support needs. */
const CASE_LIFE = 180 * DAY;

/** What the person does, at the form. */
export function createFiling(
  parts: SupportParts,
  cases: Collection<SupportCase>,
): Pick<Support, 'open' | 'addContact'> {
  const { clock, randomness, audit } = parts;
  const countCase = createCaseQuota(parts);
  return {
    async open({ network, origin, ...told }) {
      await countCase(network);
      const id = randomness.digits(10);
      const contactKey = randomness.token();
      const openedAt = clock.now();
      const opened = { actor: 'system', origin };
      const { fullName, companyName, projects } = told;
      const filed = {
        ...told,
        id,
        openedAt,
        state: 'open' as const,
        contactKey: sha256(contactKey),
        checks: [],
        expiresAt: openedAt + CASE_LIFE,
      };
      const event = { type: 'support.case-opened' as const, ...actedBy(opened), details: { case: id } };
      await cases.insert(filed, {
        emit: [audit.emission(event), ...tellSupport(parts, id, { fullName, companyName, projects })],
      });
      return { id, contactKey };
    },
    async addContact(contactKey, id, replyTo) {
      let added = false;
      const step = (found: SupportCase) => {
        added = found.replyTo === undefined && equalInConstantTime(found.contactKey, sha256(contactKey));
        return added ? { ...found, replyTo } : undefined;
      };
      await cases.update(id, step, { emit: () => tellSupport(parts, id, { replyTo }) });
      return added;
    },
  };
}

function tellSupport(
  { messages, supportEmail: to }: SupportParts,
  id: string,
  told: { fullName?: string; companyName?: string; projects?: string; replyTo?: string },
): Emission[] {
  if (!to) return [];
  const data = { name: '' as const, id, ...told };
  return [messages.emission({ kind: 'support-case', to, locale: DEFAULT_LOCALE, data })];
}
