import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { mergeValues, type RawValues } from './raw-values.ts';

/** `problem` names the file and what is wrong with it. */
export type YamlValues = { values: RawValues; problems: { key: string; problem: string; example: string }[] };

/** Reads default.yaml and, over it, the file of the environment, where it exists. */
export function readYamlValues(dir: string, environment: string): YamlValues {
  const result: YamlValues = { values: {}, problems: [] };
  for (const file of ['default.yaml', `${environment}.yaml`]) {
    const path = join(dir, file);
    if (!existsSync(path)) continue;
    const values = readSection(path);
    if (values) result.values = mergeValues(result.values, values);
    else
      result.problems.push({
        key: path,
        problem: 'is not a readable YAML mapping',
        example: 'server: { port: 3000 }',
      });
  }
  return result;
}

function readSection(path: string): RawValues | undefined {
  try {
    const value: unknown = parse(readFileSync(path, 'utf8')) ?? {};
    return typeof value === 'object' && !Array.isArray(value) ? (value as RawValues) : undefined;
  } catch {
    return undefined;
  }
}
