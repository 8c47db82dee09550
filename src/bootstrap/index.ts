/**
 * bootstrap: the operator's file of companies, connections, domains, accounts, clients and resources.
 * Owns its format, the check of everything before the first write, and that a second run undoes nobody's changes.
 * Leaves the rules of each thing to its feature; when it is applied to app and cli.
 */
export { type ApplyOptions, type ApplyOutcome, type Bootstrap, createBootstrap } from './bootstrap.ts';
export { parseBootstrap } from './parse-bootstrap.ts';
