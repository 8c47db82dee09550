/**
 * clients: relying parties and the APIs that tokens are made for.
 * Owns what a client's metadata may say (redirect URIs above all) and its sealed secret.
 * Leaves the protocol to oidc.
 */
export { checkClient, checkResource } from './check-client.ts';
export { type Client, clientSchema, type Resource, resourceSchema } from './client.ts';
export type { Clients, Resources } from './clients.ts';
export { createClients } from './create-clients.ts';
export { createResources } from './create-resources.ts';
export { entranceOf, nameOfClient } from './entrance.ts';
