import { z } from 'zod';
import type { Step } from '../../step.ts';

/** The IdP said no, or something we can't accept: what happened, what to do, and the request stays alive. */
export function createFederationProblem(): Step {
  return {
    name: 'federation-problem',
    fields: z.object({}),
    async show({ facts, progress, pathOf }) {
      const { route } = facts;
      const code =
        route?.outcome === 'unavailable'
          ? 'federation.disabled'
          : (progress.federationProblem ?? 'federation.unavailable');
      const company = route && route.outcome !== 'local' ? route.company : undefined;
      const itContact = company?.settings.itContact;
      return {
        view: 'interactions/federation-problem',
        status: code === 'federation.unavailable' || code === 'federation.timeout' ? 502 : 403,
        data: {
          problem: { key: `errors:${code}.text` },
          advice: { key: `errors:${code}.advice` },
          idpName: route?.outcome === 'sso' ? route.connection.name : (company?.name ?? ''),
          ...(itContact && { itContact }),
          retryUrl: pathOf('federate'),
          otherAddressUrl: pathOf('identify'),
        },
      };
    },
    submit: async () => ({ outcome: 'saved' }),
  };
}
