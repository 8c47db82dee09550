/**
 * app: the composition root, which alone knows every feature and picks the storage engine.
 * Owns wiring, the mount list, event subscriptions, start and stop.
 * Leaves every rule to the features.
 */
export { createGatehouse, type Gatehouse } from './create-gatehouse.ts';
