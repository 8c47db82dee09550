import { codeSetUp } from '../../code-steps.ts';
import { requireAccount } from '../../factor-proof.ts';
import type { Services } from '../../services.ts';
import type { Step } from '../../step.ts';

/** G20: the code that went to the number just given. */
export function createSmsSetupCode({ credentials, clock }: Services): Step {
  const { phones, recoveryCodes } = credentials;
  return codeSetUp(
    {
      name: 'sms-setup-code',
      kind: 'sms',
      factor: phones,
      clock,
      async view({ form, facts, pending, pathOf }, problems) {
        const sent = await phones.pending('enrolment', requireAccount(facts.account).id, pending.cid);
        return {
          view: 'interactions/sms-setup-code',
          data: {
            ...form('sms-setup-code'),
            ...problems,
            number: sent?.masked ?? '',
            otherNumberUrl: pathOf('sms-setup'),
            otherMethodUrl: pathOf('select-method'),
          },
        };
      },
    },
    recoveryCodes,
  );
}
