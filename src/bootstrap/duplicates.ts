import type { BootstrapProblem, Entry } from './bootstrap-file.ts';

/** Entries with the id of an earlier one; those without an id are exempt. */
export function duplicates<T>(
  entries: readonly Entry<T>[],
  idOf: (value: T) => string | null | undefined,
): BootstrapProblem[] {
  const seen = new Map<string, string>();
  return entries.flatMap(({ path, value }) => {
    const id = idOf(value);
    if (!id) return [];
    const first = seen.get(id);
    if (first !== undefined) return [{ path, problem: `${id} stands in the file twice, first at ${first}` }];
    seen.set(id, path);
    return [];
  });
}
