import { z } from 'zod';
import { askedMethods, hasMailboxAlone } from '../../assurance.ts';
import { FACTORS } from '../../factors.ts';
import type { Step } from '../../step.ts';

/** I1, H18: the methods that the person has and that will do, the last used first marked, and the recovery code. */
export function createChooseMethod(): Step {
  return {
    name: 'choose-method',
    fields: z.object({}),
    async show({ facts, pathOf }) {
      const company = facts.companies.find(({ id }) => id === facts.policy?.mfa.from);
      const support = (company ?? facts.companies.find(({ id }) => id === facts.chosenCompanyId))?.settings
        .support;
      const asked = askedMethods(facts);
      const preferred = asked.find(({ kind }) => kind === facts.lastUsed) ?? asked[0];
      const offered = FACTORS.filter((factor) => !factor.isMethod || asked.includes(factor));
      return {
        view: 'interactions/choose-method',
        data: {
          methods: offered.map((factor) => ({
            id: factor.kind,
            url: pathOf(factor.challenge),
            preselected: factor === preferred,
          })),
          ...(company && { companyName: company.name }),
          // N7: only after the first factor is it known who resets.
          team: facts.policy?.mfa.payments ? ('payments' as const) : ('administrator' as const),
          mailboxAlone: hasMailboxAlone(facts),
          ...(support && { support }),
        },
      };
    },
    submit: async () => ({ outcome: 'saved' }),
  };
}
