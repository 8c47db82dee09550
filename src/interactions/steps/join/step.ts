import { z } from 'zod';
import { problemsOf, type Step } from '../../step.ts';

/** Whoever has an account joins another company knowingly: no link that is merely opened makes them a member. */
export function createJoin(): Step {
  return {
    name: 'join',
    fields: z.object({ choice: z.enum(['join', 'cancel']).optional() }),
    async show({ form, facts }, again) {
      return {
        view: 'interactions/join',
        data: {
          ...form('join'),
          ...problemsOf(again),
          companyName: facts.invited?.company.name ?? '',
          email: facts.account?.email ?? '',
        },
      };
    },
    async submit({ save }, { choice }) {
      if (choice !== 'join')
        return { outcome: 'refused', error: 'access_denied', description: 'the person cancelled' };
      await save((progress) => ({ ...progress, joining: true }));
      return { outcome: 'saved' };
    },
  };
}
