import { z } from 'zod';
import { isLoginNameLike } from '#companies';
import { acrHeight, metAcr } from '#oidc';
import { wantsFreshPrimary } from '../../assurance.ts';
import type { Services } from '../../services.ts';
import type { Step, Visit } from '../../step.ts';

/** B6, E6: people of an SSO-targeted domain leave for their company's IdP and never meet a local password. */
export function createFederate({ federation }: Services): Step {
  return {
    name: 'federate',
    fields: z.object({}),
    async show(visit) {
      const { facts, identifier, save, pathOf } = visit;
      if (facts.route?.outcome !== 'sso') return { goTo: pathOf() };
      const { connection } = facts.route;
      await visit.countDeparture();
      const leaving = await federation.signIn.begin({
        connection,
        interactionUid: visit.pending.uid,
        browserHash: visit.browser,
        locale: visit.locale,
        acrValues: acrWishes(connection.acrMapping, visit.pending.requestedAcr),
        // A log-in name is ours: the identity provider knows none, and the address behind it is told to nobody yet.
        ...(identifier && !isLoginNameLike(identifier) && { loginHint: identifier.display }),
        ...freshness(visit),
      });
      if (leaving.outcome === 'problem') {
        await save((progress) => ({ ...progress, federationProblem: leaving.code }));
        return { goTo: pathOf() };
      }
      if (!visit.progress.leftForIdp) await save((progress) => ({ ...progress, leftForIdp: true }));
      return { view: 'interactions/leave', data: { url: leaving.url, destination: connection.name } };
    },
    submit: async () => ({ outcome: 'saved' }),
  };
}

/** The IdP's own names for what the relying party wants; nothing is asked of it that nobody wants here. */
function acrWishes(mapping: Readonly<Record<string, string>>, requested: readonly string[]): string[] {
  const wanted = requested.filter((acr) => acrHeight(acr) > 0);
  return Object.keys(mapping).filter((upstream) => metAcr(mapping[upstream], wanted) !== undefined);
}

/** A demand for a fresh proof goes on to the IdP, and the answer is checked against it (W18, X15). */
function freshness({ pending, facts }: Visit) {
  const reauthOf = isSamePerson(pending.session?.accountId, facts) ? pending.session?.accountId : undefined;
  const maxAge = pending.params['max_age'];
  // A session alone sets up no new factor: the person is to prove themselves now (X34).
  const choosesAccount = facts.prompts.has('select_account');
  const enrols = pending.session !== undefined && !wantsFreshPrimary(facts) && !choosesAccount;
  if (enrols || facts.prompts.has('login'))
    return { freshness: { prompt: 'login' as const }, ...(reauthOf && { reauthOf }) };
  if (maxAge !== undefined && wantsFreshPrimary(facts)) {
    return { freshness: { maxAge: Number(maxAge) }, ...(reauthOf && { reauthOf }) };
  }
  return choosesAccount ? { freshness: { prompt: 'select_account' as const } } : {};
}

/** Re-authentication wants the same person back, unless another address was typed on purpose. */
function isSamePerson(accountId: string | undefined, { progress }: Visit['facts']): boolean {
  return accountId !== undefined && progress.identifier === undefined;
}
