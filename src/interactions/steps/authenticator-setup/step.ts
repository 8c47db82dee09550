import { z } from 'zod';
import { factorProof, factorRefusal, readDigits, requireAccount } from '../../factor-proof.ts';
import { methodSetUp } from '../../method-set-up.ts';
import type { Services } from '../../services.ts';
import { problemsOf, type Step, wrong } from '../../step.ts';

/** G15–G18: "Secure your Account"; stored only once a code proves that the app has the secret. */
export function createAuthenticatorSetup({ credentials, clock }: Services): Step {
  return {
    name: 'authenticator-setup',
    fields: z.object({ code: z.string().max(200).default('') }),
    async show({ form, facts, progress, pathOf, save }, again) {
      const secret = progress.secrets.totpSecret;
      if (!secret) {
        await save((current) => ({ ...current, enrolment: 'select' }));
        return { goTo: pathOf() };
      }
      const { qrImage, groups, accountLabel } = await credentials.totp.describe(
        requireAccount(facts.account),
        secret,
      );
      return {
        view: 'interactions/authenticator-setup',
        data: {
          ...form('authenticator-setup'),
          ...problemsOf(again),
          qrImage,
          secretGroups: groups,
          accountLabel,
        },
      };
    },
    async submit(visit, typed) {
      const { facts, progress, origin } = visit;
      const account = requireAccount(facts.account);
      const secret = progress.secrets.totpSecret;
      if (!secret) return { outcome: 'saved' };
      const code = readDigits(typed['code']);
      if (code === '') return wrong('code', 'credentials:code-required');
      if (!/^\d{6}$/.test(code)) return wrong('code', 'credentials:code-format');
      const enrolled = await credentials.totp.confirm(account.id, secret, code, {
        actor: account.id,
        origin,
        // Another app in the place of a lost one ends what was signed in with it (X38).
        raiseEpoch: facts.enrolled.totp,
      });
      if (enrolled.outcome !== 'enrolled')
        return factorRefusal(enrolled.outcome, { wrong: 'credentials:code-wrong' });
      const proof = factorProof(account, 'totp', clock.now());
      const { recoveryCodes } = credentials;
      return methodSetUp(visit, { proof, epoch: enrolled.epoch, recoveryCodes });
    },
  };
}
