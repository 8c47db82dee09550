import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';

/** Where `{fromEnv: NAME}` and `{fromFile: PATH}` look. */
export interface SecretSources {
  env: Readonly<Record<string, string | undefined>>;
  /** Relative paths start here: the folder of the bootstrap file. */
  baseDir: string;
}

const reference = z.union([
  z.strictObject({ fromEnv: z.string() }),
  z.strictObject({ fromFile: z.string() }),
]);

/** A text that is never repeated in a problem: as it stands, from the environment, or from a file. */
export function secretSchema(sources: SecretSources) {
  return z.unknown().transform((value, context): string => {
    const found = resolveSecret(value, sources);
    if ('problem' in found) {
      context.addIssue({ code: 'custom', message: found.problem });
      return z.NEVER;
    }
    return found.text;
  });
}

export type Secret = ReturnType<typeof secretSchema>;

function resolveSecret(value: unknown, sources: SecretSources): { text: string } | { problem: string } {
  if (typeof value === 'string') return nonEmpty(value, 'must not be empty');
  const parsed = reference.safeParse(value);
  if (!parsed.success) return { problem: 'must be a text in quotes, {fromEnv: NAME} or {fromFile: PATH}' };
  if ('fromEnv' in parsed.data) {
    const { fromEnv } = parsed.data;
    return nonEmpty(sources.env[fromEnv] ?? '', `the environment variable ${fromEnv} is not set`);
  }
  return readSecret(parsed.data.fromFile, sources.baseDir);
}

function readSecret(path: string, baseDir: string): { text: string } | { problem: string } {
  try {
    return nonEmpty(readFileSync(resolve(baseDir, path), 'utf8').trimEnd(), `the file ${path} is empty`);
  } catch (error) {
    return { problem: `the file ${path} cannot be read (${(error as NodeJS.ErrnoException).code})` };
  }
}

function nonEmpty(text: string, problem: string): { text: string } | { problem: string } {
  return text ? { text } : { problem };
}
