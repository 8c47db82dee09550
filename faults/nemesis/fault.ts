/** Something that breaks and is whole again. */
export interface Fault {
  name: string;
  /** No node can serve meanwhile. */
  turnsRed: boolean;
  holdMs: number;
  /** For how far the servers' clock is off meanwhile, milliseconds. */
  shiftMs?: number;
  begin(): Promise<void>;
  end(): Promise<void>;
}
