/** Values as they were written, nested, not yet validated. */
export type RawValues = { [key: string]: unknown };

function isSection(value: unknown): value is RawValues {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `over` wins; sections are merged, lists replaced. A key without a value (null) counts as not set. */
export function mergeValues(base: RawValues, over: RawValues): RawValues {
  const merged: RawValues = { ...base };
  for (const [key, value] of Object.entries(over)) {
    if (value === null || value === undefined) continue;
    const former = merged[key];
    merged[key] = isSection(value) ? mergeValues(isSection(former) ? former : {}, value) : value;
  }
  return merged;
}

export function valueAt(values: RawValues, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => (isSection(at) ? at[key] : undefined), values);
}

/** A copy in which the value at `path` is set. */
export function withValueAt(values: RawValues, path: readonly string[], value: unknown): RawValues {
  return mergeValues(
    values,
    path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as RawValues,
  );
}
