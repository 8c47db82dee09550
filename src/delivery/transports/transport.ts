/** A message as it goes out. */
export interface OutgoingMessage {
  /** The job's id: a second sending can be recognised by it. */
  id: string;
  /** It may have gone out before, just ahead of a crash. */
  again: boolean;
  channel: 'email' | 'sms';
  /** Bare address or E.164 number. */
  to: string;
  /** Empty for text messages, like `html`. */
  subject: string;
  text: string;
  html: string;
}

/**
 * @throws PermanentRefusal when it will never be taken
 * @throws otherwise when it could not be handed over; the queue tries again
 */
export type Transport = (message: OutgoingMessage) => Promise<void>;

/** An outgoing request within bounds of time, size and reachable addresses (X10). */
export type OutboundFetch = (
  url: string,
  request: { method: string; headers: Record<string, string>; body: string },
) => Promise<Response>;
