import { z } from 'zod';
import { parseEmail } from '#kernel';
import { withIdentifier } from '../../progress.ts';
import { problemsOf, type Step } from '../../step.ts';

/** W19: somebody else is signed in here: both accounts are named, and nothing happens by itself. */
export function createInvitationConflict(): Step {
  return {
    name: 'invitation-conflict',
    fields: z.object({ choice: z.enum(['switch', 'cancel']).optional() }),
    async show({ form, facts }, again) {
      return {
        view: 'interactions/invitation-conflict',
        data: {
          ...form('invitation-conflict'),
          ...problemsOf(again),
          companyName: facts.invited?.company.name ?? '',
          invitedEmail: facts.invited?.invitation.email ?? '',
          currentEmail: facts.account?.email ?? '',
        },
      };
    },
    async submit({ facts, save }, { choice }) {
      const address = facts.invited && parseEmail(facts.invited.invitation.email);
      if (choice !== 'switch' || !address)
        return { outcome: 'refused', error: 'access_denied', description: 'the person cancelled' };
      await save((progress) => withIdentifier(progress, address));
      return { outcome: 'saved' };
    },
  };
}
