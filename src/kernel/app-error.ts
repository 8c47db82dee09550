/** A refusal that the caller did not expect. `code` is the key of its text in config/locales/<lang>/errors.json. */
export class AppError extends Error {
  readonly code: string;
  readonly status: number;
  /** Values for the text; never secrets. */
  readonly params: Readonly<Record<string, string | number>>;

  constructor(
    code: string,
    status: number,
    options: { params?: Record<string, string | number>; cause?: unknown } = {},
  ) {
    super(code, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.status = status;
    this.params = options.params ?? {};
  }
}

/** Any thrown value in words for an operator's terminal: code and values of a refusal, and what caused it. */
export function explainError(error: unknown): string {
  if (!(error instanceof AppError)) return error instanceof Error ? error.message : String(error);
  const facts = Object.entries(error.params).map(([key, value]) => `${key}: ${value}`);
  const cause = error.cause instanceof Error ? [error.cause.message] : [];
  return [error.code, ...facts, ...cause].join(', ');
}
