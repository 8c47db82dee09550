import { declareCases } from './case-store.ts';
import { createFiling } from './file-case.ts';
import { createSettling } from './settle-case.ts';
import type { Support } from './support.ts';
import type { SupportParts } from './support-parts.ts';

/** Declares its collections: to be called before the storage opens. */
export function createSupport(parts: SupportParts): Support {
  const cases = declareCases(parts.storage);
  return { ...createFiling(parts, cases), ...createSettling(parts, cases) };
}
