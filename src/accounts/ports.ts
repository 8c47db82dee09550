import type { Audit } from '#audit';
import type { Locale } from '#i18n';
import type { Clock, EventBus, Randomness } from '#kernel';
import type { MessageData } from '#rendering';
import type { Emission, Storage } from '#storage';

/** What accounts need of src/delivery. */
export interface AccountMessages {
  emission(mail: {
    kind: 'address-changed';
    to: string;
    locale: Locale;
    data: MessageData['address-changed'];
  }): Emission;
}

export interface AccountsParts {
  storage: Storage;
  clock: Clock;
  randomness: Randomness;
  events: Pick<EventBus, 'emit'>;
  audit: Pick<Audit, 'emission'>;
  messages: AccountMessages;
}
