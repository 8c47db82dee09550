import { authorizationRequest } from '../../test/support/authorization-request.ts';
import type { Visitor } from '../load/visitor.ts';
import { TYPED, type Typed } from './world.ts';

/** What is timed: the answer to one form, from the request to the end of the answer. */
export const FORMS = {
  identify: 'First page of the log-in',
  password: 'Wrong password',
  reset: '/forgot-password',
} as const;

export type Form = keyof typeof FORMS;

export interface Pair {
  form: Form;
  one: Typed;
  other: Typed;
}

/** X28: what nobody may tell apart. */
export const PAIRS: readonly Pair[] = [
  { form: 'identify', one: 'known', other: 'unknown' },
  { form: 'identify', one: 'passwordless', other: 'unknown' },
  { form: 'identify', one: 'knownName', other: 'unknownName' },
  { form: 'password', one: 'known', other: 'unknown' },
  { form: 'password', one: 'passwordless', other: 'unknown' },
  { form: 'password', one: 'knownName', other: 'unknownName' },
  { form: 'reset', one: 'known', other: 'unknown' },
  { form: 'reset', one: 'passwordless', other: 'unknown' },
  { form: 'reset', one: 'knownName', other: 'unknownName' },
];

/** Milliseconds of each sample. */
export type Series = Record<Form, Record<Typed, number[]>>;

const WRONG = 'Wrong-Horse-8';

/** One sample after the other in an order of chance, so that whatever slows the machine down meets every series alike. */
export async function takeSamples(
  visitor: () => Visitor,
  samples: number,
  progress: (taken: number) => void,
): Promise<Series> {
  const series: Series = { identify: empty(), password: empty(), reset: empty() };
  const whos = Object.keys(TYPED) as Typed[];
  for (let n = 0; n < samples; n++) {
    const turns = whos.flatMap((who) => [
      () => logIn(visitor(), who, n, series),
      () => reset(visitor(), who, n, series),
    ]);
    for (const turn of shuffled(turns)) await turn();
    if ((n + 1) % 100 === 0) progress(n + 1);
  }
  return series;
}

async function logIn(visitor: Visitor, who: Typed, n: number, series: Series): Promise<void> {
  const first = await visitor.open(authorizationRequest().path);
  const identified = await timed(() => visitor.submit(first, { email: TYPED[who](n) }));
  const second = await visitor.follow(identified.answer);
  const refused = await timed(() => visitor.submit(second, { password: WRONG }));
  if (refused.answer.status !== 401)
    throw new Error(`a wrong password was answered ${refused.answer.status}`);
  series.identify[who].push(identified.ms);
  series.password[who].push(refused.ms);
}

async function reset(visitor: Visitor, who: Typed, n: number, series: Series): Promise<void> {
  const page = await visitor.open('/forgot-password');
  const asked = await timed(() => visitor.submit(page, { email: TYPED[who](n) }));
  if (asked.answer.status !== 200)
    throw new Error(`a request for a reset was answered ${asked.answer.status}`);
  series.reset[who].push(asked.ms);
}

async function timed<T>(work: () => Promise<T>): Promise<{ answer: T; ms: number }> {
  const began = performance.now();
  const answer = await work();
  // Microseconds are enough, and keep the raw result short.
  return { answer, ms: Math.round((performance.now() - began) * 1000) / 1000 };
}

const empty = (): Record<Typed, number[]> => ({
  known: [],
  unknown: [],
  passwordless: [],
  knownName: [],
  unknownName: [],
});

function shuffled<T>(values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
}
