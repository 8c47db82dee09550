import { z } from 'zod';
import { problemsOf, type Step } from '../../step.ts';

/** Third-party clients only: what they ask for, and the host that no name can fake (X22). */
export function createConsent(): Step {
  return {
    name: 'consent',
    fields: z.object({ decision: z.enum(['accept', 'decline']).optional() }),
    async show({ form, pending, facts }, again) {
      const { client, scopes, resources } = pending;
      return {
        view: 'interactions/consent',
        data: {
          ...form('consent'),
          ...problemsOf(again),
          clientName: client.name,
          clientHost: client.redirectHost,
          email: facts.account?.email ?? '',
          scopes: [...scopes],
          resources: resources.map((indicator) => URL.parse(indicator)?.host || indicator),
          ...(client.policyUrl && { policyUrl: client.policyUrl }),
          ...(client.termsUrl && { termsUrl: client.termsUrl }),
        },
      };
    },
    async submit({ save }, { decision }) {
      if (decision !== 'accept') {
        return { outcome: 'refused', error: 'access_denied', description: 'the person declined' };
      }
      await save((progress) => ({ ...progress, consented: true }));
      return { outcome: 'saved' };
    },
  };
}
