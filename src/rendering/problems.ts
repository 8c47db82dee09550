import type { TextRef } from './view-data.ts';

/** One refusal, ready to be shown. */
export interface Problem {
  /** Name of the field it belongs to; `form` where it belongs to none. */
  field: string;
  text: string;
  /** A second sentence that goes with it, from the key with `-advice` added. */
  advice: string | undefined;
}

export interface Problems {
  /** Shown above the form: what belongs to no field, and everything once there are several. */
  summary: readonly Problem[];
  /** Shown at its field. */
  byField: Readonly<Record<string, Problem>>;
}

/** Sorts a form's errors into those shown above it and those shown at their field. */
export function arrangeProblems(
  errors: Partial<Record<string, TextRef>> | undefined,
  resolve: (ref: TextRef) => string | undefined,
): Problems {
  const problems = Object.entries(errors ?? {}).flatMap(([field, ref]) => {
    if (!ref) return [];
    const advice = resolve({ ...ref, key: `${ref.key}-advice` });
    return [{ field, text: resolve(ref) ?? ref.key, advice }];
  });
  const fields = problems.filter(({ field }) => field !== 'form');
  return {
    summary: fields.length > 1 ? problems : problems.filter(({ field }) => field === 'form'),
    byField: Object.fromEntries(fields.map((problem) => [problem.field, problem])),
  };
}
