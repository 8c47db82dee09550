import { z } from 'zod';
import type { Step } from '../../step.ts';

/** I1: what the person has enrolled, and the recovery code. */
export function createChooseMethod(): Step {
  return {
    name: 'choose-method',
    fields: z.object({}),
    async show({ facts, pathOf }) {
      const company = facts.companies.find(({ id }) => id === facts.policy?.mfa.from);
      return {
        view: 'interactions/choose-method',
        data: {
          methods: [
            { id: 'totp', url: pathOf('authenticator-code'), preselected: true },
            { id: 'recovery', url: pathOf('recovery-code'), preselected: false },
          ],
          ...(company && { companyName: company.name }),
        },
      };
    },
    submit: async () => ({ outcome: 'saved' }),
  };
}
