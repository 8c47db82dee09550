import { z } from 'zod';
import { NUMBER_REFUSALS, sendingText } from '#credentials';
import { codeRequest } from '../../code-steps.ts';
import type { Services } from '../../services.ts';
import { problemsOf, type Step, type Visit, wrong } from '../../step.ts';

/** G19, G11: country and number, then "Send Text Message"; payees have numbers of the United States only (G7). */
export function createSmsSetup({ credentials: { phones } }: Services): Step {
  const paymentsOf = ({ facts }: Visit) => facts.policy?.mfa.payments ?? null;
  return {
    name: 'sms-setup',
    fields: z.object({ country: z.string().max(2).default(''), phone: z.string().max(60).default('') }),
    async show(visit, again) {
      const { form, pathOf } = visit;
      const payments = paymentsOf(visit);
      const countries = await phones.countries(payments);
      const chosen = again?.typed?.['country'] ?? countries[0]?.code;
      return {
        view: 'interactions/sms-setup',
        data: {
          ...form('sms-setup'),
          ...problemsOf(again),
          countries: countries.map((one) => ({ ...one, selected: one.code === chosen })),
          phone: again?.typed?.['phone'] ?? '',
          payee: payments === 'payee',
          otherMethodUrl: pathOf('select-method'),
        },
      };
    },
    async submit(visit, typed) {
      const { country = '', phone = '' } = typed;
      const again = { typed: { country, phone } };
      if (phone.trim() === '') return { ...wrong('phone', 'credentials:phone-required'), ...again };
      const read = await phones.readNumber(phone, country, paymentsOf(visit));
      if (read.outcome !== 'ok') return { ...wrong('phone', NUMBER_REFUSALS[read.outcome]), ...again };
      const sent = await phones.begin({ ...codeRequest(visit), number: read.number, country });
      const form = sendingText(sent, 'sms');
      if (form) return { outcome: 'again', errors: { form }, status: 429, ...again };
      await visit.save((progress) => ({ ...progress, enrolment: 'phone-code' }));
      return { outcome: 'saved' };
    },
  };
}
