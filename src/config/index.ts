/**
 * config: what an operator may set, from the environment over config/*.yaml, validated at start.
 * Owns the keys, their defaults, the refusal of wrong values and the generated SECRET_KEYS of the embedded engine.
 * Leaves companies, accounts and clients to bootstrap; texts to i18n.
 */
export type { Config } from './config.ts';
export { formatProblems } from './format-problems.ts';
export { loadConfig } from './load-config.ts';
export { type Network, parseNetwork } from './network.ts';
export { ensureSecretKeys } from './secret-keys.ts';
export { type Setting, settings } from './setting-list.ts';
