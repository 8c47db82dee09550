import { AppError, type SecretBox } from '#kernel';
import type { Entry, FieldValues, Layout, Row, SealedEmission } from './engine.ts';
import { resultsOf } from './index-result.ts';
import { checkText, fieldReader } from './layout.ts';
import type { CollectionSpec, Emission } from './port.ts';

type Doc = Record<string, unknown>;

/** Turns documents into rows and back: validation on write, sealing, schema versions and their migrations. */
export interface DocumentCodec<T extends object> {
  version: number;
  /** @throws AppError 'storage.invalid-document', 'storage.bad-key' */
  encode(doc: T, rev: number, emissions?: readonly Emission[]): Entry;
  /** @throws AppError 'storage.sealed-unreadable' */
  decode(row: Row): T;
  fieldsOf(doc: T): FieldValues;
  /** True when a sealed field was sealed by an older key. */
  isStale(row: Row): boolean;
}

/** A field is sealed from its first document on: sealing an existing field wants a migration to a new field name. */
export function createCodec<T extends object>(
  spec: CollectionSpec<T>,
  layout: Layout,
  secretBox: SecretBox,
): DocumentCodec<T> {
  const version = spec.version ?? 1;
  const sealed: readonly string[] = spec.sealed ?? [];
  const fieldsOf = fieldReader(layout);
  const context = (key: string, field: string) => `${spec.name}/${field}/${key}`;

  return {
    version,
    fieldsOf,
    encode(doc, rev, emissions = []) {
      const valid = validate(spec, doc) as Doc;
      const key = checkText(valid[spec.key]);
      const stored = sealed.length === 0 ? valid : { ...valid };
      for (const field of sealed) {
        if (valid[field] === undefined) continue;
        stored[field] = secretBox.seal(context(key, field), JSON.stringify(valid[field]));
      }
      const fields = fieldsOf(valid);
      return {
        key,
        rev,
        version,
        body: JSON.stringify(stored),
        expiresAt: expiryOf(spec, valid),
        fields,
        emissions: emissions.map((emission) => sealEmission(secretBox, emission)),
        results: resultsOf(layout, fields),
      };
    },
    decode(row) {
      let doc = JSON.parse(row.body) as Doc;
      for (const field of sealed) {
        if (doc[field] === undefined) continue;
        doc[field] = openField(secretBox, spec.name, field, context(row.key, field), doc[field]);
      }
      for (let from = row.version; from < version; from++) {
        const migration = spec.migrations?.[from];
        if (!migration) throw new TypeError(`${spec.name} has no migration from version ${from}`);
        doc = migration(doc);
      }
      return doc as T;
    },
    isStale(row) {
      if (sealed.length === 0) return false;
      const doc = JSON.parse(row.body) as Doc;
      return sealed.some((field) => typeof doc[field] === 'string' && secretBox.isStale(doc[field]));
    },
  };
}

function validate<T extends object>(spec: CollectionSpec<T>, doc: T): T {
  const parsed = spec.schema.safeParse(doc);
  if (parsed.success) return parsed.data;
  // Paths only: a message could repeat a secret.
  const paths = [...new Set(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.code}`))];
  throw new AppError('storage.invalid-document', 500, {
    params: { collection: spec.name, problems: paths.join(', ') },
  });
}

function expiryOf<T extends object>(spec: CollectionSpec<T>, doc: Doc): number | null {
  const value = spec.expiresAt === undefined ? undefined : doc[spec.expiresAt];
  return typeof value === 'number' ? value : null;
}

function openField(
  box: SecretBox,
  collection: string,
  field: string,
  context: string,
  value: unknown,
): unknown {
  try {
    return JSON.parse(box.open(context, value as string));
  } catch (cause) {
    throw new AppError('storage.sealed-unreadable', 500, { params: { collection, field }, cause });
  }
}

const emissionContext = (id: string) => `emission/${id}`;

function sealEmission(box: SecretBox, { id, topic, payload }: Emission): SealedEmission {
  return { id: checkText(id), topic, payload: box.seal(emissionContext(id), JSON.stringify(payload)) };
}

/** @throws AppError 'storage.sealed-unreadable' */
export function openEmission(box: SecretBox, { id, topic, payload }: SealedEmission): Emission {
  const opened = openField(box, 'emission', 'payload', emissionContext(id), payload);
  return { id, topic, payload: opened as Emission['payload'] };
}

/** The payload sealed by the newest key, or undefined when it is. */
export function resealEmission(box: SecretBox, emission: SealedEmission): string | undefined {
  return box.isStale(emission.payload) ? sealEmission(box, openEmission(box, emission)).payload : undefined;
}
