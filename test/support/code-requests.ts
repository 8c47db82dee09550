import type { CredentialsWorld } from './credentials-world.ts';

/** Where the codes are asked for. */
export const ORIGIN = { ip: '192.0.2.7', correlationId: 'c' };

/** What the log-in `binding` of a person asks for; who is not there yet is added. */
export function codeRequest(
  world: Pick<CredentialsWorld, 'people' | 'addPerson'>,
  id = 'ada',
  binding = 'log-in-1',
  ip = ORIGIN.ip,
) {
  const account = world.people.get(id) ?? world.addPerson(id);
  return { account, binding, origin: { ...ORIGIN, ip }, locale: 'en' as const };
}

/** Two hundred guesses at once, the right code not among them; resolves with how many were evaluated. */
export async function guessAtOnce(
  code: string,
  verify: (guess: string) => Promise<{ outcome: string }>,
): Promise<number> {
  const all = Array.from({ length: 200 }, (_, index) => String(index).padStart(6, '0'));
  const guesses = all.filter((guess) => guess !== code);
  const outcomes = await Promise.all(guesses.map(async (guess) => (await verify(guess)).outcome));
  expect(new Set(outcomes)).toEqual(new Set(['wrong', 'throttled']));
  return outcomes.filter((outcome) => outcome === 'wrong').length;
}
