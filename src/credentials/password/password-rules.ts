import { MIN_PASSWORD_LENGTH } from '#companies';

/** `too-long` and `breached` are shown as plain errors, never as one of the circles. */
export type RuleId =
  | 'length'
  | 'upper'
  | 'lower'
  | 'number'
  | 'special'
  | 'history'
  | 'too-long'
  | 'breached';

/** One requirement to show, with the values of its text. */
export interface PasswordRule {
  id: Exclude<RuleId, 'too-long' | 'breached'>;
  params: Record<string, number>;
}

/** Code points; a longer input is refused before any work is spent on it (X37). */
const MAX_LENGTH = 256;
/** How many passwords back, the current one included, can't be taken again (C-7). */
export const HISTORY_LENGTH = 4;

const CONTENT: readonly { id: RuleId; pattern: RegExp }[] = [
  { id: 'upper', pattern: /\p{Lu}/u },
  { id: 'lower', pattern: /\p{Ll}/u },
  { id: 'number', pattern: /\p{Nd}/u },
  // C1: both lists of the help pages are within Unicode's punctuation and symbols.
  { id: 'special', pattern: /[\p{P}\p{S}]/u },
];

/** The one form in which a password is measured, hashed and compared: NFC, otherwise as typed (B8). */
export function normalizePassword(password: string): string {
  return password.normalize('NFC');
}

export function isTooLong(password: string): boolean {
  // Cheap bound first: a code point is at most two UTF-16 units, and NFC shortens to a third at most.
  return password.length > MAX_LENGTH * 6 || [...normalizePassword(password)].length > MAX_LENGTH;
}

export function passwordRules({ minLength }: { minLength: number }): readonly PasswordRule[] {
  return [
    { id: 'length', params: { minLength: Math.max(minLength, MIN_PASSWORD_LENGTH) } },
    { id: 'upper', params: {} },
    { id: 'lower', params: {} },
    { id: 'number', params: {} },
    { id: 'special', params: {} },
    { id: 'history', params: { count: HISTORY_LENGTH } },
  ];
}

/** The rules of content that `password` doesn't meet (C-1…C-5); history is checked where the hashes are. */
export function checkPassword(password: string, { minLength }: { minLength: number }): RuleId[] {
  if (isTooLong(password)) return ['too-long'];
  const normalized = normalizePassword(password);
  const long = [...normalized].length >= Math.max(minLength, MIN_PASSWORD_LENGTH);
  const missing = CONTENT.filter(({ pattern }) => !pattern.test(normalized)).map(({ id }) => id);
  return long ? missing : ['length', ...missing];
}
