import type { SignedIn } from '#sessions';

/** Where a recovery code is shown until the person says that it is saved. */
export const SAVE_PATH = '/profile/security/recovery-code/save';

/** The code that this session was shown and has not confirmed; undefined once another one is in force, or none. */
export function codeToSave(
  { secrets: { recoveryCode, keptAt = 0 } }: Pick<SignedIn, 'secrets'>,
  inForceSince: number | undefined,
): string | undefined {
  return inForceSince !== undefined && inForceSince <= keptAt ? recoveryCode : undefined;
}
