import { AppError } from '#kernel';
import type { FoundRow, IndexLayout, Layout, RawQuery, Scope } from './engine.ts';
import { checkIndexValue, checkText } from './layout.ts';
import type { FindQuery, IndexValue } from './port.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;
/** Sorts behind every other character, in UTF-8 bytes too. */
const LAST_CHARACTER = '\u{10FFFF}';

/** @throws TypeError on an undeclared index or too many values; AppError 'storage.bad-key' on a value that is neither text nor number */
export function scopeOf(
  layout: Layout,
  query: Pick<FindQuery, 'index' | 'equals' | 'range' | 'prefix'>,
): Scope {
  const index = indexNamed(layout, query.index);
  const scope: Scope = { index, equals: (query.equals ?? []).map(checkIndexValue) };
  const bounded = query.range !== undefined || query.prefix !== undefined;
  if (scope.equals.length + (bounded ? 1 : 0) > index.fields.length) {
    throw new TypeError(`more values than fields for index ${index.name} of ${layout.name}`);
  }
  if (query.prefix !== undefined) {
    const prefix = checkText(query.prefix);
    return { ...scope, from: prefix, to: prefix + LAST_CHARACTER };
  }
  if (query.range?.from !== undefined) scope.from = checkIndexValue(query.range.from);
  if (query.range?.to !== undefined) scope.to = checkIndexValue(query.range.to);
  return scope;
}

/** @throws as `scopeOf`; AppError 'storage.bad-cursor' on an `after` that is not of this query */
export function rawQuery(layout: Layout, query: FindQuery): RawQuery {
  const scope = scopeOf(layout, query);
  const limit = Math.min(MAX_LIMIT, Math.max(1, Math.trunc(query.limit ?? DEFAULT_LIMIT)));
  const raw: RawQuery = { ...scope, limit, reverse: query.reverse ?? false };
  if (query.after !== undefined) {
    raw.after = parseCursor(query.after, scope.index.fields.length - scope.equals.length);
  }
  return raw;
}

export function cursorOf(row: FoundRow): string {
  return Buffer.from(JSON.stringify([...row.position, row.key])).toString('base64url');
}

function parseCursor(cursor: string, fields: number): NonNullable<RawQuery['after']> {
  try {
    const values: unknown = JSON.parse(Buffer.from(checkText(cursor), 'base64url').toString());
    if (!Array.isArray(values) || values.length !== fields + 1) throw new TypeError('wrong length');
    return { position: values.slice(0, -1).map(checkIndexValue), key: checkText(values.at(-1)) };
  } catch (cause) {
    throw new AppError('storage.bad-cursor', 422, { cause });
  }
}

function indexNamed(layout: Layout, name: string): IndexLayout {
  const found = layout.index.find((index) => index.name === name);
  if (!found) throw new TypeError(`${layout.name} declares no index ${name}`);
  return found;
}

/**
 * A document with several list values in the range has several entries; only its first in reading direction counts,
 * so that it appears once over all pages.
 */
export function isFirstEntry(query: RawQuery, row: FoundRow, values: readonly string[]): boolean {
  const { index, equals, from, to } = query;
  const at = index.fields.indexOf(index.listField ?? '') - equals.length;
  if (at < 0) return true;
  const bounded = at === 0;
  const inScope = values.filter(
    (value) =>
      !bounded ||
      ((from === undefined || bytewise(value, from) >= 0) && (to === undefined || bytewise(value, to) < 0)),
  );
  const sorted = inScope.sort(bytewise);
  const first = query.reverse ? sorted.at(-1) : sorted[0];
  return first === undefined || first === row.position[at];
}

/** The order of all engines: UTF-8 bytes. */
function bytewise(a: IndexValue, b: IndexValue): number {
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}
