import { AppError } from '#kernel';
import { codeOfStatus } from '#rendering';

/** One wrong field of a request. */
export interface FieldProblem {
  field: string;
  problem: string;
}

/** Input that no page of ours would send: 422 with the list of wrong fields, which holds no values (O4). */
export class InvalidInputError extends AppError {
  readonly fields: readonly FieldProblem[];

  constructor(fields: readonly FieldProblem[]) {
    super('unprocessable', 422);
    this.fields = fields;
  }
}

/** The refusal for a status that nobody explained. */
export function refusalOf(status: number): AppError {
  const code = codeOfStatus(status);
  return new AppError(code, code === 'internal' ? 500 : status);
}

/** Any thrown value as what may be shown: only what we or Koa meant for the client keeps its status. */
export function asRefusal(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const { status, expose } = (error ?? {}) as { status?: unknown; expose?: unknown };
  if (typeof status === 'number' && expose === true) return refusalOf(status);
  return new AppError('internal', 500, { cause: error });
}

/** RFC 9457 body; `title` and `detail` are in the reader's language. */
export function problemDocument(
  error: AppError,
  texts: { title: string; detail: string },
  correlationId: string,
): object {
  return {
    type: `urn:gatehouse:problem:${error.code}`,
    ...texts,
    status: error.status,
    code: error.code,
    correlationId,
    ...(error instanceof InvalidInputError ? { errors: error.fields } : {}),
  };
}
