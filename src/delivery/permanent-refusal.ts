/** Whoever was to take the message or notice never will: trying again would change nothing. */
export class PermanentRefusal extends Error {
  /** What the other side answered, in codes alone: never what was sent, or to whom. */
  readonly code: string;

  constructor(code: string) {
    super(`refused for good: ${code}`);
    this.name = 'PermanentRefusal';
    this.code = code;
  }
}
