import { codeChallenge } from '../../code-steps.ts';
import { requireAccount } from '../../factor-proof.ts';
import type { Services } from '../../services.ts';
import type { Step } from '../../step.ts';

/** I3: a code to the registered number. */
export function createSmsCode({ credentials: { phones }, clock }: Services): Step {
  return codeChallenge({
    name: 'sms-code',
    kind: 'sms',
    factor: phones,
    clock,
    async view({ form, facts, pathOf }, problems) {
      const { masked = '' } = await phones.status(requireAccount(facts.account).id);
      const otherMethodUrl = pathOf('choose-method');
      return {
        view: 'interactions/sms-code',
        data: { ...form('sms-code'), ...problems, number: masked, otherMethodUrl },
      };
    },
  });
}
