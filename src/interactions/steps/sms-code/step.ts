import { z } from 'zod';
import { factorProof, factorRefusal, readDigits, requireAccount } from '../../factor-proof.ts';
import { codeRequest, deliveryProblem, resent, SMS_CODE_TEXTS, sendingProblem } from '../../sent-code.ts';
import type { Services } from '../../services.ts';
import { problemsOf, type Step, type Visit, wrong } from '../../step.ts';

/** I3: the first look at the page sends the code, later ones don't; "Resend New Code" voids it (G10). */
export function createSmsCode({ credentials: { phones }, clock }: Services): Step {
  /** What the page has to say about the message. */
  async function sendOnce(visit: Visit) {
    const request = codeRequest(visit);
    const pending = await phones.pending('log-in', request.account.id, request.binding);
    return pending ? deliveryProblem(pending) : sendingProblem(await phones.challenge(request));
  }
  return {
    name: 'sms-code',
    fields: z.object({ code: z.string().max(200).default(''), choice: z.enum(['resend']).optional() }),
    async show(visit, again) {
      const { form, facts, pathOf } = visit;
      const problems = again ? problemsOf(again) : { errors: await sendOnce(visit) };
      const { masked = '' } = await phones.status(requireAccount(facts.account).id);
      return {
        view: 'interactions/sms-code',
        data: { ...form('sms-code'), ...problems, number: masked, otherMethodUrl: pathOf('choose-method') },
      };
    },
    async submit(visit, typed) {
      const { facts, pending, origin, save } = visit;
      const account = requireAccount(facts.account);
      if (typed['choice'] === 'resend') return resent(await phones.challenge(codeRequest(visit)));
      const code = readDigits(typed['code']);
      if (code === '') return wrong('code', 'code-required');
      if (!/^\d{6}$/.test(code)) return wrong('code', 'code-format');
      const { outcome } = await phones.verify(account.id, code, { binding: pending.cid, origin });
      if (outcome !== 'ok') return factorRefusal(outcome, SMS_CODE_TEXTS);
      await save((progress) => ({ ...progress, factor: factorProof(account, 'sms', clock.now()) }));
      return { outcome: 'saved' };
    },
  };
}
