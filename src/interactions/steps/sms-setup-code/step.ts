import { z } from 'zod';
import {
  enrolmentProof,
  factorProof,
  factorRefusal,
  readDigits,
  requireAccount,
} from '../../factor-proof.ts';
import { codeRequest, deliveryProblem, resent, SMS_CODE_TEXTS } from '../../sent-code.ts';
import type { Services } from '../../services.ts';
import { problemsOf, type Step, type Visit, wrong } from '../../step.ts';

/** G20: the code proves that the number is the person's; only then it is stored. */
export function createSmsSetupCode({ credentials, clock }: Services): Step {
  const { phones, recoveryCodes } = credentials;
  const pendingOf = ({ facts, pending }: Visit) =>
    phones.pending('enrolment', requireAccount(facts.account).id, pending.cid);
  return {
    name: 'sms-setup-code',
    fields: z.object({ code: z.string().max(200).default(''), choice: z.enum(['resend']).optional() }),
    async show(visit, again) {
      const { form, pathOf } = visit;
      const sent = await pendingOf(visit);
      return {
        view: 'interactions/sms-setup-code',
        data: {
          ...form('sms-setup-code'),
          ...(again ? problemsOf(again) : { errors: deliveryProblem(sent) }),
          number: sent?.masked ?? '',
          otherNumberUrl: pathOf('sms-setup'),
          otherMethodUrl: pathOf('select-method'),
        },
      };
    },
    async submit(visit, typed) {
      const { facts, pending, progress, origin, save } = visit;
      const account = requireAccount(facts.account);
      if (typed['choice'] === 'resend') return resent(await phones.resend(codeRequest(visit)));
      const code = readDigits(typed['code']);
      if (code === '') return wrong('code', 'code-required');
      if (!/^\d{6}$/.test(code)) return wrong('code', 'code-format');
      const enrolled = await phones.confirm(account.id, code, {
        actor: account.id,
        origin,
        binding: pending.cid,
        // Another number in the place of a lost one ends what was signed in with it (X38).
        raiseEpoch: facts.enrolled.sms,
      });
      if (enrolled.outcome !== 'enrolled') return factorRefusal(enrolled.outcome, SMS_CODE_TEXTS);
      const epoch = enrolled.epoch ?? account.epoch;
      const recoveryCode = await recoveryCodes.issue(account.id, { actor: account.id, origin });
      const factor = { ...enrolmentProof(progress.factor, factorProof(account, 'sms', clock.now())), epoch };
      await save(({ enrolment: _done, replaceMethod: _replaced, primary, ...rest }) => ({
        ...rest,
        ...(primary && { primary: { ...primary, epoch } }),
        factor,
        secrets: { recoveryCode },
      }));
      return { outcome: 'saved' };
    },
  };
}
