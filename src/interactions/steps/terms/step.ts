import { z } from 'zod';
import { requireAccount } from '../../factor-proof.ts';
import type { Services } from '../../services.ts';
import { problemsOf, type Step, wrong } from '../../step.ts';

/** A13: the current version of the terms, agreed to with time and address. */
export function createTerms({ accounts, terms }: Services): Step {
  return {
    name: 'terms',
    fields: z.object({ agree: z.string().optional() }),
    async show({ form }, again) {
      return {
        view: 'interactions/terms',
        data: {
          ...form('terms'),
          ...problemsOf(again),
          version: terms.version ?? '',
          ...(terms.url && { termsUrl: terms.url }),
        },
      };
    },
    async submit({ facts, origin }, { agree }) {
      if (agree !== 'yes') return wrong('agree', 'interactions:errors.agree-required');
      if (terms.version) await accounts.acceptTerms(requireAccount(facts.account).id, terms.version, origin);
      return { outcome: 'saved' };
    },
  };
}
