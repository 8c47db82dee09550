import { MIN_PASSWORD_LENGTH } from '#companies';
import { parseEmail } from '#kernel';
import { type CliContext, type CliGatehouse, type Command, CommandFailure, UsageError } from './command.ts';
import { parseArguments, required } from './parse-arguments.ts';

const OPTIONS = {
  email: { type: 'string' },
  name: { type: 'string' },
  'password-from-env': { type: 'string' },
} as const;

const acting = { actor: 'operator-cli' };

const RULES: Readonly<Record<string, string>> = {
  length: `at least ${MIN_PASSWORD_LENGTH} characters`,
  upper: 'an upper-case letter',
  lower: 'a lower-case letter',
  number: 'a number',
  special: 'a special character',
};

interface Operator {
  email: string;
  name: string;
  password: string;
}

export const createOperator: Command = {
  name: 'create-operator',
  usage: '--email ADDRESS --name NAME [--password-from-env NAME]',
  summary: 'Create the account of a platform operator; the password is read from standard input',
  async run(args, context) {
    const { values } = parseArguments(args, OPTIONS);
    const email = required(values.email, 'email');
    const name = required(values.name, 'name');
    if (!parseEmail(email)) throw new UsageError(`--email: ${email} is no e-mail address`);
    const password = await readPassword(context, values['password-from-env']);
    await context.withGatehouse((gatehouse) => create(gatehouse, { email, name, password }));
    context.say(`operator ${email} created`);
  },
};

async function readPassword({ env, askSecret }: CliContext, variable: string | undefined): Promise<string> {
  const password = variable === undefined ? await askSecret('Password: ') : env[variable];
  if (password) return password;
  throw new CommandFailure([variable === undefined ? 'no password was given' : `${variable} is not set`]);
}

async function create(gatehouse: CliGatehouse, { email, name, password }: Operator): Promise<void> {
  const { passwords } = gatehouse.credentials;
  const unmet = passwords.check(password, { minLength: MIN_PASSWORD_LENGTH });
  if (unmet.length > 0)
    throw new CommandFailure([`the password lacks: ${unmet.map((rule) => RULES[rule] ?? rule).join(', ')}`]);
  const outcome = await gatehouse.accounts.create({
    email,
    name,
    status: 'active',
    emailVerified: true,
    platformRole: 'operator',
    ...acting,
  });
  if (outcome.outcome === 'invalid-address') throw new UsageError(`--email: ${email} is no e-mail address`);
  const accountId = outcome.outcome === 'created' ? outcome.account.id : outcome.accountId;
  if (outcome.outcome === 'address-taken' && !(await isUnfinished(gatehouse, accountId)))
    throw new CommandFailure([`${email} has an account already`]);
  await passwords.importPassword(accountId, { password }, acting);
}

/** An operator without a password: a former run died between its two steps. */
async function isUnfinished({ accounts, credentials }: CliGatehouse, accountId: string): Promise<boolean> {
  const account = await accounts.byId(accountId);
  return account?.platformRole === 'operator' && !(await credentials.passwords.state(accountId)).has;
}
