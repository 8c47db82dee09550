/** Freezes a JSON value and all within, so that whoever shares it can rely on it. */
export function freezeDeep(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const inner of Object.values(value)) freezeDeep(inner);
  Object.freeze(value);
}
