/** A JSON value that its reader may change, of one that storage shares with others. */
export function ownCopy<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(ownCopy) as T;
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(value)) copy[name] = ownCopy((value as Record<string, unknown>)[name]);
  return copy as T;
}
