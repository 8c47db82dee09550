import { CASE_STATES, type CaseState, type SupportCase } from '#support';
import { type CliContext, type CliGatehouse, type Command, UsageError } from './command.ts';
import { parseArguments, required } from './parse-arguments.ts';

const OPTIONS = {
  by: { type: 'string' },
  state: { type: 'string' },
  question: { type: 'string' },
  answer: { type: 'string' },
  company: { type: 'string' },
  account: { type: 'string' },
} as const;

type Values = Partial<Record<keyof typeof OPTIONS, string>>;

/** What one command does for a case; `say` is the terminal. */
type Work = (gatehouse: CliGatehouse, id: string, values: Values, say: CliContext['say']) => Promise<void>;

/** The support role's acts, each audited with the name given by `--by`. */
export const supportCommands: readonly Command[] = [
  {
    name: 'support list',
    usage: `[--state ${CASE_STATES.join('|')}]`,
    summary: 'List requests of people who forgot their e-mail address, the open ones unless told',
    async run(args, { say, withGatehouse }) {
      const { values } = parseArguments(args, { state: OPTIONS.state });
      const state = CASE_STATES.find((one) => one === (values.state ?? 'open'));
      if (!state) throw new UsageError(`--state: must be one of ${CASE_STATES.join(', ')}`);
      await withGatehouse((gatehouse) => list(gatehouse, state, say));
    },
  },
  command('show', 'CASE --by NAME', 'Show what a person wrote, and the record of the identity check', show),
  command(
    'ask',
    'CASE --by NAME --question TEXT --answer TEXT',
    'Record a question of the identity check and its answer; never passwords or codes',
    async ({ support }, id, { by, question, answer }) => {
      const check = { question: required(question, 'question'), answer: required(answer, 'answer') };
      if (check.question.length > 500 || check.answer.length > 500)
        throw new UsageError('question and answer may have 500 characters each');
      await support.recordCheck(id, check, acting(by));
    },
  ),
  command(
    'candidates',
    'CASE --company ID',
    'List members of a company who bear the name of the case, without their addresses',
    async ({ support }, id, { company }, say) => {
      const found = await support.candidates(id, required(company, 'company'));
      for (const one of found) {
        const since = new Date(one.createdAt).toISOString().slice(0, 10);
        say([one.accountId, one.name, one.status, `since ${since}`, one.companies.join(', ')].join('\t'));
      }
      if (found.length === 0) say('nobody of this name');
    },
  ),
  command(
    'match',
    'CASE --account ID --by NAME',
    'Record that the answers match an account',
    ({ support }, id, { by, account }) => support.decide(id, required(account, 'account'), acting(by)),
  ),
  command(
    'no-match',
    'CASE --by NAME',
    'Record that the answers match no account',
    ({ support }, id, { by }) => support.decide(id, undefined, acting(by)),
  ),
  command(
    'reveal',
    'CASE --by NAME',
    'Print the e-mail address, after a recorded match only',
    async ({ support }, id, { by }, say) => say(await support.reveal(id, acting(by))),
  ),
];

function command(verb: string, usage: string, summary: string, work: Work): Command {
  return {
    name: `support ${verb}`,
    usage,
    summary,
    async run(args, { say, withGatehouse }) {
      const { values, positionals } = parseArguments(args, OPTIONS, ['CASE']);
      await withGatehouse((gatehouse) => work(gatehouse, positionals[0] ?? '', values, say));
    },
  };
}

const acting = (by: string | undefined) => ({ actor: 'operator-cli', by: required(by, 'by') });

async function list({ support }: CliGatehouse, state: CaseState, say: CliContext['say']): Promise<void> {
  const cases = await support.list(state);
  for (const one of cases)
    say([one.id, new Date(one.openedAt).toISOString(), one.fullName, one.companyName].join('\t'));
  if (cases.length === 0) say(`no case is ${state}`);
}

async function show(
  { support }: CliGatehouse,
  id: string,
  { by }: Values,
  say: CliContext['say'],
): Promise<void> {
  for (const line of linesOf(await support.read(id, acting(by)))) say(line);
}

function linesOf(one: SupportCase): string[] {
  return [
    `case ${one.id}, ${one.state}, opened ${new Date(one.openedAt).toISOString()}, language ${one.locale}`,
    `full name: ${one.fullName}`,
    `company: ${one.companyName}`,
    `projects: ${one.projects}`,
    `answer to: ${one.replyTo ?? 'not said'}`,
    ...one.checks.map(
      ({ at, by, question, answer }) => `${new Date(at).toISOString()} ${by} asked: ${question} → ${answer}`,
    ),
    ...(one.accountId ? [`matched with account ${one.accountId}`] : []),
    ...(one.revealedAt ? [`address revealed ${new Date(one.revealedAt).toISOString()}`] : []),
  ];
}
