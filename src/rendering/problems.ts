import type { TextRef } from './form-data.ts';

/** One refusal, ready to be shown. */
export interface Problem {
  text: string;
  /** A second sentence that goes with it, from the key with `-advice` added. */
  advice: string | undefined;
}

export interface Problems {
  /** What belongs to no single field: shown above the form. */
  form: Problem | undefined;
  /** What belongs to a field: shown there. */
  byField: Readonly<Record<string, Problem>>;
  any: boolean;
  /** More than one field is wrong: said above the form as well. */
  several: boolean;
}

/** Sorts a form's errors into the one shown above it (`form`) and those shown at their fields. */
export function arrangeProblems(
  errors: Partial<Record<string, TextRef>> | undefined,
  resolve: (ref: TextRef) => string | undefined,
): Problems {
  const problems = Object.entries(errors ?? {}).flatMap(([field, ref]) =>
    ref
      ? [{ field, text: resolve(ref) ?? ref.key, advice: resolve({ ...ref, key: `${ref.key}-advice` }) }]
      : [],
  );
  const fields = problems.filter(({ field }) => field !== 'form');
  return {
    form: problems.find(({ field }) => field === 'form'),
    byField: Object.fromEntries(fields.map(({ field, ...problem }) => [field, problem])),
    any: problems.length > 0,
    several: fields.length > 1,
  };
}
