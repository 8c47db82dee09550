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
