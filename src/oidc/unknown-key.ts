import { AppError } from '#kernel';

/** A name that the storage can't even hold (a NUL, half a character) is one that nobody has. */
export async function orUnknown<T>(found: Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof AppError && error.code === 'storage.bad-key') return undefined;
    throw error;
  }
}
