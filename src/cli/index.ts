/**
 * cli: `gatehouse <command>`, what operators do from a shell.
 * Owns arguments, exit codes and what is printed; main.ts runs it, compose.ts alone meets the application.
 * Leaves every rule to the features, which do the same for pages and programs.
 */
export type { CliContext, CliGatehouse } from './command.ts';
export { type ExitCode, runCli } from './run-cli.ts';
