import { codeSetUp } from '../../code-steps.ts';
import { requireAccount } from '../../factor-proof.ts';
import type { Services } from '../../services.ts';
import type { Step } from '../../step.ts';

/** G31: the code that proves that the person reads the account's address. */
export function createEmailSetup({ credentials, clock }: Services): Step {
  const { emailCodes, recoveryCodes } = credentials;
  return codeSetUp(
    {
      name: 'email-setup',
      kind: 'email',
      factor: emailCodes,
      clock,
      async view({ form, facts, pathOf }, problems) {
        const { email } = requireAccount(facts.account);
        const otherMethodUrl = pathOf('select-method');
        return {
          view: 'interactions/email-setup',
          data: { ...form('email-setup'), ...problems, email, otherMethodUrl },
        };
      },
    },
    recoveryCodes,
  );
}
