import type { Entry, Layout, RawQuery, Scope } from '../engine.ts';
import type { IndexValue } from '../port.ts';

/**
 * Index entries as members of sorted sets, all of score 0, so that Redis orders them by their bytes: each value is a type
 * letter, its text and NUL (which no value contains), then comes the key. Numbers are written so that bytes sort as values do.
 */
function encodeTuple(values: readonly IndexValue[]): string {
  return values.map(encodeValue).join('');
}

function encodeValue(value: IndexValue): string {
  return typeof value === 'number' ? `n${sortableHex(value)}\0` : `s${value}\0`;
}

/** IEEE 754 bits, big-endian; negative ones inverted, others with the sign bit set: bytes then sort as numbers. */
function sortableHex(value: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value === 0 ? 0 : value);
  const negative = (bytes[0] as number) >= 0x80;
  for (let at = 0; at < 8; at++) bytes[at] = (bytes[at] as number) ^ (negative ? 0xff : at === 0 ? 0x80 : 0);
  return bytes.toString('hex');
}

function decodeValue(text: string): IndexValue {
  if (text[0] === 's') return text.slice(1);
  const bytes = Buffer.from(text.slice(1), 'hex');
  const negative = (bytes[0] as number) < 0x80;
  for (let at = 0; at < 8; at++) bytes[at] = (bytes[at] as number) ^ (negative ? 0xff : at === 0 ? 0x80 : 0);
  return bytes.readDoubleBE();
}

/** The values of an entry's fields from number `from` on. */
export function positionOf(member: string, from: number): IndexValue[] {
  return member.split('\0').slice(from, -1).map(decodeValue);
}

/** What a document leaves outside its hash: `z` entries of sorted sets, `u` unique values. */
export type Entries = ['z' | 'u', string, string][];

export function entriesOf(layout: Layout, { key, fields }: Entry): Entries {
  const complete = (tuple: { fields: readonly string[] }) =>
    tuple.fields.every((field) => fields[field] !== undefined);
  const unique = layout.unique.filter(complete).map((one): Entries[number] => {
    return ['u', one.name, encodeTuple(one.fields.map((field) => fields[field] as IndexValue))];
  });
  const index = layout.index.filter(complete).flatMap((one): Entries => {
    const list = one.listField === undefined ? undefined : fields[one.listField];
    const items = Array.isArray(list) ? (list as string[]) : [list as string];
    return items.map((item) => {
      const values = one.fields.map((field) =>
        field === one.listField ? item : (fields[field] as IndexValue),
      );
      return ['z', one.name, encodeTuple(values) + key];
    });
  });
  return [...unique, ...index];
}

export interface LexRange {
  min: string;
  max: string;
}

/** Bounds for ZRANGEBYLEX. All members that begin with `text` + NUL lie below `text` + U+0001. */
export function lexRange(scope: Scope): LexRange {
  const { equals, from, to } = scope;
  const prefix = encodeTuple(equals);
  const sample = from ?? to;
  // A bound of one type leaves values of the other out.
  const type = sample === undefined ? '' : typeof sample === 'number' ? 'n' : 's';
  const end = type === '' ? endOf(prefix) : `(${prefix}${type === 'n' ? 'o' : 't'}`;
  return {
    min: prefix + type === '' ? '-' : `[${prefix}${from === undefined ? type : encodeValue(from)}`,
    max: to === undefined ? end : `(${prefix}${encodeValue(to)}`,
  };
}

const endOf = (prefix: string) => (prefix === '' ? '+' : `(${prefix.slice(0, -1)}\u0001`);

/** The range of one page: strictly behind the cursor in reading direction. */
export function pageRange(query: RawQuery): LexRange {
  const range = lexRange(query);
  if (!query.after) return range;
  const cursor = `(${encodeTuple([...query.equals, ...query.after.position])}${query.after.key}`;
  return query.reverse ? { ...range, max: cursor } : { ...range, min: cursor };
}
