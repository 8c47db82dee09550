import type { ConfigProblem } from './load-config.ts';

/** What an operator reads when the start is refused: one block a key. */
export function formatProblems(problems: readonly ConfigProblem[]): string {
  const blocks = problems.map(({ key, problem, example }) => `  ${key} ${problem}\n    example: ${example}`);
  const count = problems.length === 1 ? 'One setting is' : `${problems.length} settings are`;
  return [`${count} wrong:`, ...blocks].join('\n');
}
