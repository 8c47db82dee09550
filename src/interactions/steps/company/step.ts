import { z } from 'zod';
import { isSelectingAccount } from '../../journeys.ts';
import { problemsOf, type Step, wrong } from '../../step.ts';

/** A16: whom the person works for today; it becomes the `company_id` claim. */
export function createCompany(): Step {
  return {
    name: 'company',
    fields: z.object({ company: z.string().optional() }),
    async show({ form, facts, pathOf }, again) {
      const companies = facts.companies
        .map(({ id, name }) => ({ id, name, selected: id === facts.chosenCompanyId }))
        .sort((a, b) => a.name.localeCompare(b.name));
      return {
        view: 'interactions/company',
        data: {
          ...form('company'),
          ...problemsOf(again),
          companies,
          ...(isSelectingAccount(facts) && { otherAccountUrl: pathOf('identify') }),
        },
      };
    },
    async submit({ facts, save }, { company }) {
      const chosen = facts.memberships.find((membership) => membership.companyId === company);
      if (!chosen) return wrong('company', 'interactions:errors.company-required');
      await save((progress) => ({ ...progress, companyId: chosen.companyId }));
      return { outcome: 'saved' };
    },
  };
}
