/** What an entry of the file says explicitly, by path (`settings.mfa.required`): defaults are not in it. */
export type StatedValues = Readonly<Record<string, unknown>>;

type Plain = Readonly<Record<string, unknown>>;

/** Objects whose parts are compared one by one; all others count as one value. */
const NESTED = /^(settings(\.(password|lockout|session|mfa))?|permissions)$/;

/** The parsed value of each key that `written` has; `leaveOut` names keys that other entries are made of. */
export function statedValues(
  written: object,
  parsed: object,
  leaveOut: readonly string[] = [],
): StatedValues {
  return Object.fromEntries(collect(written as Plain, parsed as Plain, '', leaveOut));
}

function* collect(
  written: Plain,
  parsed: Plain,
  prefix: string,
  leaveOut: readonly string[],
): Generator<[string, unknown]> {
  for (const key of Object.keys(written)) {
    const path = prefix + key;
    const value = parsed[key];
    if (leaveOut.includes(path) || value === undefined) continue;
    if (NESTED.test(path)) yield* collect(written[key] as Plain, value as Plain, `${path}.`, leaveOut);
    else yield [path, value];
  }
}

export function valueAt(document: object, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Plain | undefined)?.[key], document);
}

/** A copy with the values put in; nothing else is touched. */
export function withValues<T extends object>(document: T, values: StatedValues): T {
  const copy = structuredClone(document) as Record<string, unknown>;
  for (const [path, value] of Object.entries(values)) {
    const keys = path.split('.');
    const last = keys.pop() as string;
    let holder = copy;
    for (const key of keys) {
      holder[key] = { ...(holder[key] as Plain | undefined) };
      holder = holder[key] as Record<string, unknown>;
    }
    holder[last] = value;
  }
  return copy as T;
}

/** JSON with keys in order: two values are the same when this is. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
