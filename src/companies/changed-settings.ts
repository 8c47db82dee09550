import type { Company } from './company.ts';

const KEPT_BY_THE_STORE: ReadonlySet<string> = new Set([
  'id',
  'createdAt',
  'updatedAt',
  'trustedDevicesSince',
]);

type Leaf = string | number | boolean | null;

/** What differs between two states of a company, as `settings.mfa.required: "false → true"`: for the audit log (H9). */
export function changedSettings(before: Company | undefined, after: Company): Record<string, string> {
  const [old, next] = [leaves(before ?? {}), leaves(after)];
  const changed: Record<string, string> = {};
  for (const [path, value] of next) {
    if (KEPT_BY_THE_STORE.has(path)) continue;
    if (old.get(path) !== value) changed[path] = before ? `${old.get(path)} → ${value}` : String(value);
  }
  return changed;
}

function leaves(value: object, prefix = ''): Map<string, Leaf> {
  const found = new Map<string, Leaf>();
  for (const [key, one] of Object.entries(value)) {
    const path = prefix + key;
    if (typeof one !== 'object' || one === null) found.set(path, one);
    else for (const [inner, leaf] of leaves(one, `${path}.`)) found.set(inner, leaf);
  }
  return found;
}
