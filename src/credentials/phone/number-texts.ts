import type { ReadNumber } from './phone-factor.ts';

/** Why a number was not taken. */
export const NUMBER_REFUSALS = {
  'other-country': 'credentials:phone-country',
  impossible: 'credentials:phone-impossible',
  'no-messages': 'credentials:phone-no-messages',
} as const satisfies Record<Exclude<ReadNumber['outcome'], 'ok'>, string>;
