import { z } from 'zod';
import { settableMethods } from '../../assurance.ts';
import { requireAccount } from '../../factor-proof.ts';
import type { Facts } from '../../facts.ts';
import type { FactorKind, Progress } from '../../progress.ts';
import type { Services } from '../../services.ts';
import { problemsOf, type Step, wrong } from '../../step.ts';

/** Methods that are set up on pages of their own. */
const ENROLMENT: Partial<Record<FactorKind, Progress['enrolment']>> = {
  totp: 'setup',
  sms: 'phone',
  passkey: 'passkey',
  email: 'email',
};

/** A proven address that is not set up yet: another one comes by a change of address only. */
const mayReceiveCodes = ({ account, enrolled }: Facts) => account?.emailVerified === true && !enrolled.email;

/** G14: "Select an Authentication Method". */
export function createSelectMethod({ credentials }: Services): Step {
  const offered = (facts: Facts) =>
    settableMethods(facts)
      .map(({ kind }) => kind)
      .filter((kind) => kind !== 'sms' || credentials.phones.available)
      .filter((kind) => kind !== 'email' || mayReceiveCodes(facts));
  return {
    name: 'select-method',
    fields: z.object({ method: z.string().optional() }),
    async show({ form, facts }, again) {
      return {
        view: 'interactions/select-method',
        data: {
          ...form('select-method'),
          ...problemsOf(again),
          methods: offered(facts).map((kind, at) => ({ id: kind, preselected: at === 0 })),
          payee: facts.policy?.mfa.payments === 'payee',
        },
      };
    },
    async submit({ facts, save }, { method }) {
      const kind = offered(facts).find((one) => one === method);
      if (kind === undefined) return wrong('method', 'interactions:errors.method-required');
      const account = requireAccount(facts.account);
      const begun = kind === 'totp' ? { totpSecret: (await credentials.totp.begin(account)).secret } : {};
      await save((progress) => ({
        ...progress,
        enrolment: ENROLMENT[kind],
        secrets: { ...progress.secrets, ...begun },
      }));
      return { outcome: 'saved' };
    },
  };
}
