import { z } from 'zod';
import { formatDate } from '#rendering';
import { mustEnrol } from '../../assurance.ts';
import { problemsOf, type Step } from '../../step.ts';

/** G13: "Two-Factor Authentication Required"; before the enforcement instant it can be put off (G25). */
export function createEnrolmentRequired(): Step {
  return {
    name: 'enrolment-required',
    fields: z.object({ choice: z.enum(['setup', 'later']).optional() }),
    async show({ facts, form, locale }, again) {
      const mfa = facts.policy?.mfa;
      const company = facts.companies.find(({ id }) => id === mfa?.from);
      const required = mustEnrol(facts);
      return {
        view: 'interactions/enrolment-required',
        data: {
          ...form('enrolment-required'),
          ...problemsOf(again),
          required,
          ...(company && { companyName: company.name }),
          ...(!required &&
            mfa?.enforcedFrom &&
            company && { deadline: formatDate(mfa.enforcedFrom, locale, company.settings.mfa.timeZone) }),
        },
      };
    },
    async submit({ facts, save }, { choice }) {
      if (choice === 'later' && !mustEnrol(facts)) {
        await save((progress) => ({ ...progress, enrolmentPostponed: true }));
      } else {
        await save((progress) => ({ ...progress, enrolment: 'select' }));
      }
      return { outcome: 'saved' };
    },
  };
}
