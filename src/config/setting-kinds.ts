import { z } from 'zod';

/** How a key is named in the environment and what a right value looks like; both are shown to operators. */
export interface SettingMeta {
  env: string;
  description: string;
  example: string;
  /** What stands in the reference instead of a default when the value is derived or generated. */
  derived?: string;
}

/** Attaches name, meaning and example to a key's schema; the reference page and the start-up problems are made from them. */
export function setting<S extends z.ZodType>(schema: S, meta: SettingMeta): S {
  return schema.describe(meta.description).meta({ ...meta });
}

/** A whole number, also as the text that the environment gives. Bounds inclusive. */
export function wholeNumber(min: number, max: number) {
  const error = `must be a whole number from ${min} to ${max}`;
  const toNumber = (value: unknown) =>
    typeof value === 'string' && /^\d+$/.test(value.trim()) ? Number(value) : value;
  return z.preprocess(toNumber, z.int({ error }).min(min, { error }).max(max, { error }));
}

/** A list; in the environment separated by commas. */
export function commaList<S extends z.ZodType<string>>(item: S) {
  const split = (value: unknown) =>
    typeof value === 'string'
      ? value
          .split(',')
          .map((part) => part.trim())
          .filter((part) => part !== '')
      : value;
  return z.preprocess(
    split,
    z.array(item, { error: 'must be a list (separated by commas in the environment)' }),
  );
}

export function text() {
  return z.string({ error: 'must be text (in YAML: in quotes)' }).min(1, { error: 'must not be empty' });
}

export function oneOf<const V extends readonly [string, ...string[]]>(values: V) {
  return z.enum(values, { error: `must be one of ${values.join(', ')}` });
}

/** A URL with one of the given schemes, such as `smtp:`. The value is never repeated in the problem: it may hold a password. */
export function urlOf(...schemes: string[]) {
  const expected = schemes.map((scheme) => `${scheme}//`).join(' or ');
  return text().refine((value) => URL.canParse(value) && schemes.includes(new URL(value).protocol), {
    error: `must be a URL that begins with ${expected}`,
  });
}
