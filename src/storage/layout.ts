import { z } from 'zod';
import { AppError } from '#kernel';
import type { CacheLayout, FieldTuple, FieldValues, IndexLayout, Layout } from './engine.ts';
import type { CacheSpec, CollectionSpec, IndexValue } from './port.ts';

const COLLECTION_NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const IDENTIFIER = /^[A-Za-z][A-Za-z0-9_]*$/;

interface JsonSchema {
  type?: string | string[];
  properties?: Record<string, JsonSchema>;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
}

/** Checks a declaration once, at start. @throws TypeError: the declaration is a programming error */
export function layoutOf<T extends object>(spec: CollectionSpec<T>): Layout {
  if (!COLLECTION_NAME.test(spec.name))
    throw new TypeError(`collection name "${spec.name}" is not kebab-case`);
  const schema = z.toJSONSchema(spec.schema, { unrepresentable: 'any', cycles: 'ref' }) as JsonSchema;
  const sealed = new Set<string>(spec.sealed);
  const tuple = ([name, fields]: [string, readonly string[]]): FieldTuple => {
    for (const part of [name, ...fields]) {
      if (!IDENTIFIER.test(part))
        throw new TypeError(`"${part}" of ${spec.name} can't name an index or field`);
      if (sealed.has(part)) throw new TypeError(`${spec.name}.${part} is sealed and can't be indexed`);
    }
    return { name, fields };
  };
  const unique = Object.entries(spec.unique ?? {}).map(tuple);
  const index = Object.entries(spec.index ?? {})
    .map(tuple)
    .map((one) => withListField(spec.name, one, schema));
  for (const field of unique.flatMap((one) => one.fields)) {
    if (isList(schema, field)) throw new TypeError(`${spec.name}.${field} is a list and can't be unique`);
  }
  const layout = { name: spec.name, durability: spec.durability, unique, index };
  return spec.cache ? { ...layout, cache: cacheLayout(spec, spec.cache, index) } : layout;
}

function cacheLayout<T extends object>(
  { name, durability }: CollectionSpec<T>,
  { find = [], absent = false, busy = false }: CacheSpec,
  index: readonly IndexLayout[],
): CacheLayout {
  if (durability !== 'durable') throw new TypeError(`${name} is volatile and can't be cached`);
  const results = find.map((wanted) => {
    const found = index.find((one) => one.name === wanted && !one.listField);
    if (!found) throw new TypeError(`${name} declares no index ${wanted} without a list to cache`);
    return found;
  });
  return { find: results, absent, busy };
}

function withListField(collection: string, tuple: FieldTuple, schema: JsonSchema): IndexLayout {
  const lists = tuple.fields.filter((field) => isList(schema, field));
  if (lists.length > 1) throw new TypeError(`index ${tuple.name} of ${collection} has two list fields`);
  return lists[0] === undefined ? tuple : { ...tuple, listField: lists[0] };
}

function isList(schema: JsonSchema, field: string): boolean {
  return alternatives(schema)
    .flatMap((object) => alternatives(object.properties?.[field] ?? {}))
    .some((value) => value.type === 'array' || (Array.isArray(value.type) && value.type.includes('array')));
}

function alternatives(schema: JsonSchema): JsonSchema[] {
  const inner = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  return [schema, ...inner.flatMap(alternatives)];
}

/** Every field that some index or unique declaration uses, once. */
export function indexedFields(layout: Layout): string[] {
  return [...new Set([...layout.unique, ...layout.index].flatMap((tuple) => tuple.fields))];
}

/** Text that changes when index entries must be rebuilt. */
export const signatureOf = ({ unique, index }: Layout): string => JSON.stringify({ unique, index });

/** Reader of a document's index values. @throws AppError 'storage.bad-key' for text that no index can hold */
export function fieldReader(layout: Layout): (doc: object) => FieldValues {
  const fields = indexedFields(layout);
  const lists = new Set(layout.index.map((index) => index.listField));
  return (doc) => {
    const values: Record<string, IndexValue | readonly string[]> = {};
    for (const field of fields) {
      const value = (doc as Record<string, unknown>)[field];
      if (value === undefined || value === null) continue;
      if (!Array.isArray(value)) values[field] = checkIndexValue(value);
      else if (!lists.has(field))
        throw new TypeError(`${layout.name}.${field} holds a list its schema doesn't show`);
      else if (value.length > 0) values[field] = [...new Set(value.map(checkText))];
    }
    return values;
  };
}

/**
 * The only gate of keys and index values towards an engine: never an object, so never an operator (X40).
 * @throws AppError 'storage.bad-key'
 */
export function checkText(value: unknown): string {
  if (typeof value !== 'string' || value.includes('\0') || !value.isWellFormed()) throw badKey();
  return value;
}

/** @throws AppError 'storage.bad-key' */
export function checkIndexValue(value: unknown): IndexValue {
  if (typeof value !== 'number') return checkText(value);
  if (!Number.isFinite(value)) throw badKey();
  return value;
}

const badKey = () => new AppError('storage.bad-key', 422);
