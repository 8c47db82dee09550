import { isLocale, LOCALES } from '#i18n';
import { parseEmail } from '#kernel';
import { type CliGatehouse, type Command, CommandFailure, UsageError } from './command.ts';
import { parseArguments, required } from './parse-arguments.ts';

const acting = { actor: 'operator-cli' };

const OPTIONS = {
  company: { type: 'string' },
  email: { type: 'string' },
  name: { type: 'string' },
  client: { type: 'string' },
  locale: { type: 'string' },
  resend: { type: 'boolean' },
  revoke: { type: 'boolean' },
} as const;

/** Why nothing was sent or withdrawn. */
const REFUSALS: Readonly<Record<string, string>> = {
  'unknown-company': 'there is no such company',
  'unknown-client': 'there is no such client, or it is disabled',
  'already-member': 'this person is a member of the company already',
  'address-retired': 'the address was replaced by another one of the same person: invite that one',
  'too-many-mails': 'this address was sent enough mails for today',
  unknown: 'this address has no invitation from the company',
  accepted: 'the invitation is accepted already',
  revoked: 'the invitation was revoked: invite anew',
};

interface Wanted {
  company: string;
  email: string;
  name?: string | undefined;
  client?: string | undefined;
  locale?: string | undefined;
}

/** A2, A18: what the administrator's page does, from a shell. */
export const invite: Command = {
  name: 'invite',
  usage: `--company ID --email ADDRESS [--name NAME] [--client ID] [--locale ${LOCALES.join('|')}] [--resend | --revoke]`,
  summary: 'Invite somebody into a company by mail; send the invitation again, or withdraw it',
  async run(args, { say, withGatehouse }) {
    const { values } = parseArguments(args, OPTIONS);
    const company = required(values.company, 'company');
    const email = required(values.email, 'email');
    if (!parseEmail(email)) throw new UsageError(`--email: ${email} is no e-mail address`);
    if (values.resend && values.revoke) throw new UsageError('--resend and --revoke exclude each other');
    if (values.locale !== undefined && !isLocale(values.locale))
      throw new UsageError(`--locale: must be one of ${LOCALES.join(', ')}`);
    const wanted = { ...values, company, email };
    const act = values.revoke ? revoke : values.resend ? resend : send;
    const outcome = await withGatehouse((gatehouse) => act(gatehouse, wanted));
    const refusal = values.revoke && outcome === 'revoked' ? undefined : REFUSALS[outcome];
    if (refusal) throw new CommandFailure([`${email}: ${refusal}`]);
    say(`${email}: ${outcome}`);
  },
};

async function send({ invitations }: CliGatehouse, wanted: Wanted): Promise<string> {
  const { company, email, name, client, locale } = wanted;
  const { outcome } = await invitations.invite(
    {
      companyId: company,
      email,
      ...(name && { name }),
      ...(client && { clientId: client }),
      ...(isLocale(locale) && { locale }),
    },
    acting,
  );
  return outcome;
}

const resend = async ({ invitations }: CliGatehouse, { company, email }: Wanted) =>
  (await invitations.resend(company, email, acting)).outcome;

const revoke = async ({ invitations }: CliGatehouse, { company, email }: Wanted) =>
  (await invitations.revoke(company, email, acting)).outcome;

export const listInvitations: Command = {
  name: 'invitations',
  usage: '--company ID',
  summary: 'List the invitations of a company with their state: invited, accepted, expired or revoked',
  async run(args, { say, withGatehouse }) {
    const { values } = parseArguments(args, { company: { type: 'string' } });
    const company = required(values.company, 'company');
    await withGatehouse(async ({ companies, invitations }) => {
      if (!(await companies.byId(company))) throw new CommandFailure([`there is no company ${company}`]);
      let after: string | undefined;
      do {
        const page = await invitations.list(company, after === undefined ? {} : { after });
        for (const { state, email, validUntil } of page.items)
          say(`${state}\t${email}\tvalid until ${new Date(validUntil).toISOString()}`);
        after = page.next;
      } while (after !== undefined);
    });
  },
};
