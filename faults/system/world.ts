import { person, TOTP_SECRET, world } from '../../test/support/world.ts';

/** Who takes part; a role has accounts of its own, because some have a budget of mails or tries. */
export const ROLES = {
  prober: 1,
  plain: 4,
  totp: 6,
  forgetful: 16,
  'phone-loser': 8,
} as const;
export type Role = keyof typeof ROLES;

export const addressOf = (role: Role, number: number) => `${role}${number}@other.example`;

export function faultsWorld(): object {
  const accounts = Object.entries(ROLES).flatMap(([role, count]) =>
    Array.from({ length: count }, (_, number) =>
      person(
        addressOf(role as Role, number),
        `${role} ${number}`,
        [role === 'phone-loser' ? 'gamma' : 'beta'],
        {
          ...(role === 'totp' && { totpSecret: TOTP_SECRET }),
        },
      ),
    ),
  );
  return world({ accounts });
}

/** Everybody comes from one address here, and guesses wrong on purpose; all else as an installation has it. */
export const NODE_SETTINGS = {
  LOG_LEVEL: 'info',
  LIMIT_LOGINS_PER_MINUTE: '100000',
  LIMIT_RESETS_PER_MINUTE: '100000',
  LIMIT_AUTHORIZATIONS_PER_MINUTE: '100000',
  LIMIT_FAILED_CLIENTS_PER_MINUTE: '100000',
  LIMIT_SECOND_FACTOR_TRIES: '10',
};
