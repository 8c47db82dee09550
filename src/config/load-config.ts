import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { type Config, configSchema } from './config.ts';
import { type RawValues, valueAt, withValueAt } from './raw-values.ts';
import { readYamlValues } from './read-yaml.ts';
import { brokenRules } from './rules.ts';
import { type Setting, settings } from './setting-list.ts';

/** One wrong value. `key` is the environment variable, or the path in config/*.yaml when the value stands there. */
export interface ConfigProblem {
  key: string;
  problem: string;
  example: string;
}

export type LoadedConfig =
  | { outcome: 'ok'; config: Config }
  | { outcome: 'invalid'; problems: ConfigProblem[] };

type Environment = Readonly<Record<string, string | undefined>>;

const ENVIRONMENTS = ['development', 'production', 'test'];
const LOCAL = 'http://localhost';
const OWN_DIR = fileURLToPath(new URL('../../config', import.meta.url));

/**
 * The environment over `<NODE_ENV>.yaml` over `default.yaml`; all problems at once, none of which repeats a value.
 * An empty variable counts as not set.
 */
export function loadConfig({ env, dir = OWN_DIR }: { env: Environment; dir?: string }): LoadedConfig {
  const environment = env['NODE_ENV'] || 'development';
  const production = environment === 'production';
  const known = settings();
  const yaml = readYamlValues(dir, environment);
  const written = overlay(yaml.values, env, known);
  const parsed = configSchema.safeParse(withDerived(written, production));

  const problems = [
    ...environmentProblems(environment),
    ...yaml.problems,
    ...schemaProblems(parsed.error?.issues ?? [], yaml.values, env, known),
    ...brokenRules(written, production, known).map(({ env: key, problem }) => ({
      key,
      problem,
      example: exampleOf(key, known),
    })),
  ];
  if (parsed.success && problems.length === 0)
    return { outcome: 'ok', config: { ...parsed.data, production } };
  return { outcome: 'invalid', problems: firstPerKey(problems) };
}

function overlay(values: RawValues, env: Environment, known: readonly Setting[]): RawValues {
  return known.reduce((merged, { env: name, path }) => {
    const value = env[name];
    return value === undefined || value.trim() === '' ? merged : withValueAt(merged, path, value.trim());
  }, values);
}

/** Adds the values that follow from others: the local issuer, the sender address, the drain. */
function withDerived(values: RawValues, production: boolean): RawValues {
  const local = `http://localhost:${valueAt(values, ['server', 'port'])}`;
  // A wrong port is a problem of its own and not also one of the issuer.
  const issuerHere = URL.canParse(local) ? new URL(local).origin : LOCAL;
  const issuer = valueAt(values, ['server', 'issuer']) ?? issuerHere;
  const host = new URL(URL.canParse(String(issuer)) ? String(issuer) : LOCAL).hostname.replace(/[[\]:]/g, '');
  const from = valueAt(values, ['mail', 'from']) ?? `no-reply@${host}`;
  const drain = valueAt(values, ['server', 'drainSeconds']) ?? (production ? 5 : 0);
  const server = withValueAt(
    withValueAt(values, ['server', 'issuer'], issuer),
    ['server', 'drainSeconds'],
    drain,
  );
  return withValueAt(server, ['mail', 'from'], from);
}

function environmentProblems(environment: string): ConfigProblem[] {
  if (ENVIRONMENTS.includes(environment)) return [];
  return [{ key: 'NODE_ENV', problem: `must be one of ${ENVIRONMENTS.join(', ')}`, example: 'production' }];
}

function schemaProblems(
  issues: readonly z.core.$ZodIssue[],
  yaml: RawValues,
  env: Environment,
  known: readonly Setting[],
): ConfigProblem[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey([...path, key], known));
    const found = known.find((setting) => setting.path.every((part, at) => path[at] === part));
    if (!found)
      return [{ key: path.join('.'), problem: 'must be a section with keys', example: 'see default.yaml' }];
    const inFile = !env[found.env] && valueAt(yaml, found.path) !== undefined;
    const key = inFile ? found.path.join('.') : found.env;
    return [{ key, problem: issue.message, example: found.example }];
  });
}

function unknownKey(path: readonly string[], known: readonly Setting[]): ConfigProblem {
  const section = path.slice(0, -1);
  const siblings = known
    .filter((setting) => section.every((part, at) => setting.path[at] === part))
    .map((setting) => setting.path[section.length]);
  return {
    key: path.join('.'),
    problem: 'is not a known setting',
    example: [...new Set(siblings)].join(', '),
  };
}

function exampleOf(env: string, known: readonly Setting[]): string {
  return known.find((setting) => setting.env === env)?.example ?? '';
}

function firstPerKey(problems: readonly ConfigProblem[]): ConfigProblem[] {
  return problems.filter((problem, at) => problems.findIndex((other) => other.key === problem.key) === at);
}
