import type { AuditEvent } from '#audit';
import type { Clock, EventBus, Randomness } from '#kernel';
import type { MessageData } from '#rendering';
import type { Emission, Storage } from '#storage';

/** What accounts need of src/audit. */
export interface AccountAudit {
  emission(event: Omit<AuditEvent, 'id' | 'at' | 'details'> & Partial<Pick<AuditEvent, 'details'>>): Emission;
}

/** What accounts need of src/delivery. */
export interface AccountMessages {
  emission(mail: {
    kind: 'address-changed';
    to: string;
    locale: 'en' | 'fr';
    data: MessageData['address-changed'];
  }): Emission;
}

export interface AccountsParts {
  storage: Storage;
  clock: Clock;
  randomness: Randomness;
  events: Pick<EventBus, 'emit'>;
  audit: AccountAudit;
  messages: AccountMessages;
}
