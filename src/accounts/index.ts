/**
 * accounts: people, the addresses that lead to them, their status, terms and epoch.
 * Owns that one address leads to one account at any time, also while it changes, and that the epoch only rises.
 * Leaves credentials to credentials, memberships to companies, sessions to oidc.
 */
export { type Account, type Address, accountSchema } from './account.ts';
export type { Accounts } from './accounts.ts';
export { createAccounts } from './create-accounts.ts';
