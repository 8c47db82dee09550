import { parseDocument } from 'yaml';
import type { z } from 'zod';
import type { BootstrapFile, BootstrapProblem } from './bootstrap-file.ts';
import { bootstrapSchema } from './bootstrap-schema.ts';
import { entriesOf } from './entries.ts';
import type { SecretSources } from './secret-source.ts';

export type ParsedBootstrap =
  | { outcome: 'ok'; file: BootstrapFile }
  | { outcome: 'invalid'; problems: BootstrapProblem[] };

/** Reads YAML or JSON and tells every problem at once. Nothing is looked up in storage. */
export function parseBootstrap(text: string, sources: SecretSources): ParsedBootstrap {
  const document = parseDocument(text);
  if (document.errors.length > 0) {
    // The first line says what and where; the rest would print the lines around, secrets included.
    const problems = document.errors.map(({ message }) => ({
      path: '',
      problem: message.split('\n')[0] as string,
    }));
    return {
      outcome: 'invalid',
      problems: problems.map((one) => ({ ...one, problem: one.problem.replace(/:$/, '') })),
    };
  }
  const written: unknown = document.toJS() ?? {};
  const parsed = bootstrapSchema(sources).safeParse(written);
  if (!parsed.success) return { outcome: 'invalid', problems: parsed.error.issues.flatMap(problemsOf) };
  return { outcome: 'ok', file: entriesOf(written, parsed.data) };
}

/** One problem for each unknown key, with the path of the key itself. */
function problemsOf(issue: z.core.$ZodIssue): BootstrapProblem[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: pathText([...issue.path, key]), problem: 'unknown key' }));
  return [{ path: pathText(issue.path), problem: issue.message }];
}

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text ? `${text}.${String(key)}` : String(key);
  }, '');
}
