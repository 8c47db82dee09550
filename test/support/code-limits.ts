import type { CredentialsConfig } from '#credentials';

/** As config/default.yaml has them, switched on. */
export const EMAIL_CODES_CONFIG: CredentialsConfig['emailCodes'] = {
  available: true,
  minutes: 10,
  limits: { perAccountPerDay: 20, perNetworkPerDay: 1_000, perDay: 100_000 },
};

/** As config/default.yaml has them, with a breaker that few messages reach. */
export const SMS_CONFIG: CredentialsConfig['sms'] = {
  available: true,
  countries: ['US', 'CA', 'FR', 'GB'],
  codeMinutes: 10,
  enrolmentCodeMinutes: 30,
  limits: {
    perNumberPerDay: 10,
    perAccountPerDay: 10,
    perNetworkPerDay: 200,
    perCountryPerDay: 5_000,
    perDay: 20_000,
    breakerSends: 20,
    breakerPercent: 10,
  },
};
