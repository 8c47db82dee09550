import { z } from 'zod';
import { problemsOf, type Step } from '../../step.ts';

/** J6: whoever came in by a recovery code has lost a device; a new one can be set up here, or later. */
export function createReplaceMethod(): Step {
  return {
    name: 'replace-method',
    fields: z.object({ choice: z.enum(['setup', 'skip']).optional() }),
    async show({ form }, again) {
      return {
        view: 'interactions/replace-method',
        data: { ...form('replace-method'), ...problemsOf(again) },
      };
    },
    async submit({ save }, { choice }) {
      await save((progress) =>
        choice === 'skip'
          ? { ...progress, replaceMethod: 'skipped' }
          : { ...progress, replaceMethod: 'skipped', enrolment: 'select' },
      );
      return { outcome: 'saved' };
    },
  };
}
