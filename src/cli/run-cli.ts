import { explainError } from '#kernel';
import { applyFile } from './apply-file.ts';
import { checkConfig } from './check-config.ts';
import { type CliContext, type Command, UsageError } from './command.ts';
import { createOperator } from './create-operator.ts';
import { disableSso } from './disable-sso.ts';
import { invite, listInvitations } from './invite.ts';
import { migrateStorage, resealStorage } from './migrate-storage.ts';
import { discardOutbox, listOutbox, retryOutbox } from './outbox.ts';
import { rotateKeys } from './rotate-keys.ts';
import { supportCommands } from './support.ts';
import { temporaryPassword } from './temporary-password.ts';
import { unlock } from './unlock.ts';

export type ExitCode = 0 | 1 | 2;

const COMMANDS: readonly Command[] = [
  applyFile,
  createOperator,
  invite,
  listInvitations,
  temporaryPassword,
  disableSso,
  unlock,
  ...supportCommands,
  rotateKeys,
  migrateStorage,
  resealStorage,
  listOutbox,
  retryOutbox,
  discardOutbox,
  checkConfig,
];

/** 0: done; 1: could not be done; 2: wrong arguments. `complain` gets what went wrong, in words. */
export async function runCli(
  args: readonly string[],
  context: CliContext,
  complain: (line: string) => void,
): Promise<ExitCode> {
  if (args.length === 0 || args[0] === 'help' || args[0] === '--help' || args[0] === '-h') {
    (args.length === 0 ? complain : context.say)(helpText());
    return args.length === 0 ? 2 : 0;
  }
  const command = COMMANDS.find(({ name }) => name.split(' ').every((word, index) => args[index] === word));
  if (!command) {
    complain(`gatehouse: unknown command: ${args[0]}\n${helpText()}`);
    return 2;
  }
  const rest = args.slice(command.name.split(' ').length);
  if (rest.includes('--help')) {
    context.say(`${usageOf(command)}\n${command.summary}.`);
    return 0;
  }
  try {
    await command.run(rest, context);
    return 0;
  } catch (error) {
    complain(`gatehouse ${command.name}: ${explainError(error)}`);
    if (!(error instanceof UsageError)) return 1;
    complain(usageOf(command));
    return 2;
  }
}

function usageOf({ name, usage }: Command): string {
  return `Usage: gatehouse ${name} ${usage}`.trimEnd();
}

function helpText(): string {
  const lines = COMMANDS.map(
    ({ name, usage, summary }) => `  ${`${name} ${usage}`.trimEnd()}\n      ${summary}`,
  );
  return ['Usage: gatehouse <command>', '', ...lines].join('\n');
}
