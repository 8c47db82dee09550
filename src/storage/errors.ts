import { AppError } from '#kernel';

/** A key or unique value is taken. `constraint` is 'key' or the name of the unique declaration. */
export class ConflictError extends AppError {
  readonly constraint: string;

  constructor(collection: string, constraint: string) {
    super('storage.conflict', 409, { params: { collection, constraint } });
    this.constraint = constraint;
  }
}

export function storageUnavailable(engine: string, cause: unknown): AppError {
  return new AppError('storage.unavailable', 503, { params: { engine }, cause });
}

export function storageContention(collection: string): AppError {
  return new AppError('storage.contention', 503, { params: { collection } });
}
