import { parseEmail } from '#kernel';
import { type CliContext, type Command, CommandFailure, UsageError } from './command.ts';
import { assertCompany } from './known-company.ts';
import { parseArguments, required } from './parse-arguments.ts';

const OPTIONS = {
  company: { type: 'string' },
  email: { type: 'string' },
  name: { type: 'string' },
  'password-from-env': { type: 'string' },
} as const;

const REFUSALS: Readonly<Record<string, string>> = {
  'not-a-member': 'this person is no member of the company: invite them',
  sso: 'people of this domain sign in at their identity provider and have no password here',
  shared: 'this person belongs to others, too, and the company has not proven the domain of the address',
};

/** A15. The password is handed over by whoever thought of it; it is printed nowhere. */
export const temporaryPassword: Command = {
  name: 'temporary-password',
  usage: '--company ID --email ADDRESS [--name NAME] [--password-from-env NAME]',
  summary:
    'Give a member a temporary password, read from standard input; it must be changed at the first log-in',
  async run(args, context) {
    const { values } = parseArguments(args, OPTIONS);
    const companyId = required(values.company, 'company');
    const email = required(values.email, 'email');
    if (!parseEmail(email)) throw new UsageError(`--email: ${email} is no e-mail address`);
    const password = await readPassword(context, values['password-from-env']);
    const name = values.name === undefined ? {} : { name: values.name };
    const result = await context.withGatehouse(async ({ companies, invitations }) => {
      await assertCompany(companies, companyId);
      const wanted = { companyId, email, password, ...name };
      return invitations.setTemporaryPassword(wanted, { actor: 'operator-cli' });
    });
    if (result.outcome === 'refused')
      throw new CommandFailure([`the password does not meet: ${result.unmet.join(', ')}`]);
    const refusal = REFUSALS[result.outcome];
    if (refusal) throw new CommandFailure([`${email}: ${refusal}`]);
    context.say(`${email} has a temporary password`);
  },
};

async function readPassword({ env, askSecret }: CliContext, variable: string | undefined): Promise<string> {
  const password = variable === undefined ? await askSecret('Password: ') : env[variable];
  if (password) return password;
  throw new CommandFailure([variable === undefined ? 'no password was given' : `${variable} is not set`]);
}
