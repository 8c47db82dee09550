import { isLocale, LOCALES } from '#i18n';
import { parseEmail } from '#kernel';
import { type CliGatehouse, type Command, CommandFailure, UsageError } from './command.ts';
import { assertCompany } from './known-company.ts';
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
  'unknown-client': 'there is no such client, or it is disabled',
  'already-member': 'this person is a member of the company already',
  'login-name': 'this is a name to log in with, to which nothing can be sent: invite the e-mail address',
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
    await withGatehouse(async (gatehouse) => {
      await assertCompany(gatehouse.companies, company);
      const done = await act(gatehouse, wanted);
      // What can't be handed on here is kept, and a running server hands it on.
      await gatehouse.queueMessages().catch(() => {});
      say(`${email}: ${done}`);
    });
  },
};

/** The mail leaves with a running server: nothing here waits for it. */
const QUEUED = 'the mail is queued and not sent yet (gatehouse outbox list)';

async function send({ invitations }: CliGatehouse, wanted: Wanted): Promise<string> {
  const { company, email, name, client, locale } = wanted;
  const result = await invitations.invite(
    {
      companyId: company,
      email,
      ...(name && { name }),
      ...(client && { clientId: client }),
      ...(isLocale(locale) && { locale }),
    },
    acting,
  );
  if (result.outcome !== 'invited') throw refused(email, result.outcome);
  if (result.openSince === undefined) return `invited; ${QUEUED}`;
  return `already invited on ${new Date(result.openSince).toISOString()}; invited again, ${QUEUED}`;
}

async function resend({ invitations }: CliGatehouse, { company, email }: Wanted): Promise<string> {
  const { outcome } = await invitations.resend(company, email, acting);
  if (outcome !== 'resent') throw refused(email, outcome);
  return `resent; ${QUEUED}`;
}

async function revoke({ invitations }: CliGatehouse, { company, email }: Wanted): Promise<string> {
  const { outcome } = await invitations.revoke(company, email, acting);
  if (outcome !== 'revoked') throw refused(email, outcome);
  return outcome;
}

const refused = (email: string, outcome: string) =>
  new CommandFailure([`${email}: ${REFUSALS[outcome] ?? outcome}`]);

export const listInvitations: Command = {
  name: 'invitations',
  usage: '--company ID',
  summary: 'List the invitations of a company with their state: invited, accepted, expired or revoked',
  async run(args, { say, withGatehouse }) {
    const { values } = parseArguments(args, { company: { type: 'string' } });
    const company = required(values.company, 'company');
    await withGatehouse(async ({ companies, invitations }) => {
      await assertCompany(companies, company);
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
