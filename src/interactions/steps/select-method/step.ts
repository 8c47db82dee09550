import { z } from 'zod';
import { settableMethods } from '../../assurance.ts';
import { requireAccount } from '../../factor-proof.ts';
import type { Services } from '../../services.ts';
import { problemsOf, type Step, wrong } from '../../step.ts';

/** G14: "Select an Authentication Method". */
export function createSelectMethod({ credentials }: Services): Step {
  return {
    name: 'select-method',
    fields: z.object({ method: z.string().optional() }),
    async show({ form, facts }, again) {
      return {
        view: 'interactions/select-method',
        data: {
          ...form('select-method'),
          ...problemsOf(again),
          methods: settableMethods(facts).map(({ kind }, at) => ({ id: kind, preselected: at === 0 })),
        },
      };
    },
    async submit({ facts, save }, { method }) {
      if (method !== 'totp') return wrong('method', 'method-required');
      const { secret } = await credentials.totp.begin(requireAccount(facts.account));
      await save((progress) => ({
        ...progress,
        enrolment: 'setup',
        secrets: { ...progress.secrets, totpSecret: secret },
      }));
      return { outcome: 'saved' };
    },
  };
}
