import type { Company } from './company.ts';

const KEPT_BY_THE_STORE: ReadonlySet<string> = new Set([
  'id',
  'createdAt',
  'updatedAt',
  'trustedDevicesSince',
  'loginLabel',
]);

type Leaf = string | number | boolean | null;

/**
 * What differs between two states of a company, as `settings.mfa.required: "false → true"`: for the audit log (H9). What was
 * not set before or isn't any more reads `undefined`.
 */
export function changedSettings(before: Company | undefined, after: Company): Record<string, string> {
  const [old, next] = [leaves(before ?? {}), leaves(after)];
  const changed: Record<string, string> = {};
  for (const path of new Set([...old.keys(), ...next.keys()])) {
    const [from, to] = [old.get(path), next.get(path)];
    if (from === to || KEPT_BY_THE_STORE.has(path)) continue;
    changed[path] = before ? `${from} → ${to}` : String(to);
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
