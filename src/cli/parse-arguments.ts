import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { UsageError } from './command.ts';

/** Reads options and exactly as many further words as `names` has. @throws UsageError */
export function parseArguments<O extends ParseArgsOptionsConfig>(
  args: string[],
  options: O,
  names: readonly string[] = [],
) {
  const parsed = parseWords(args, options);
  if (parsed.positionals.length > names.length)
    throw new UsageError(`unexpected argument: ${parsed.positionals[names.length]}`);
  if (parsed.positionals.length < names.length)
    throw new UsageError(`${names[parsed.positionals.length]} is missing`);
  return parsed;
}

/** Reads options and any number of further words. @throws UsageError */
export function parseWords<O extends ParseArgsOptionsConfig>(args: string[], options: O) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    // Node's own words name the option; its advice after the first sentence is about its API.
    throw new UsageError((error as Error).message.split('. ')[0] as string);
  }
}

/** The value of an option that has to be there. @throws UsageError */
export function required(value: string | undefined, option: string): string {
  if (!value) throw new UsageError(`--${option} is missing`);
  return value;
}
