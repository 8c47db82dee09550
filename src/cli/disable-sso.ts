import type { Command } from './command.ts';
import { assertCompany } from './known-company.ts';
import { parseArguments, required } from './parse-arguments.ts';

const acting = { actor: 'operator-cli' };

/** The way back for a company that a wrong identity provider locks out (W2); each domain leaves its audit event. */
export const disableSso: Command = {
  name: 'sso disable',
  usage: '--company ID',
  summary: "Let people of a company's domains sign in here instead of at its identity provider",
  async run(args, { say, withGatehouse }) {
    const { values } = parseArguments(args, { company: { type: 'string' } });
    const id = required(values.company, 'company');
    await withGatehouse(async ({ companies }) => {
      await assertCompany(companies, id);
      const targeted = (await companies.domainsOf(id)).filter((domain) => domain.ssoTargeted);
      for (const domain of targeted) {
        await companies.putDomain({ ...domain, ssoTargeted: false }, acting);
        say(`${domain.domain} is no longer targeted for single sign-on`);
      }
      if (targeted.length === 0) say(`no domain of ${id} is targeted for single sign-on`);
    });
  },
};
