/** A message as it goes out. */
export interface OutgoingMessage {
  /** The job's id: a second sending can be recognised by it. */
  id: string;
  /** It may have gone out before, just ahead of a crash. */
  again: boolean;
  channel: 'email' | 'sms';
  /** Bare address or E.164 number. */
  to: string;
  subject: string;
  text: string;
  html: string;
}

/** @throws when it could not be handed over; the queue tries again */
export type Transport = (message: OutgoingMessage) => Promise<void>;
