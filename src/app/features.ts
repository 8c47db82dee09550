import { type Accounts, createAccounts } from '#accounts';
import { type Audit, createAudit } from '#audit';
import { type Bootstrap, createBootstrap } from '#bootstrap';
import { type Clients, createClients, createResources, type Resources } from '#clients';
import { type Companies, createCompanies, createIdentifiers, type Identifiers } from '#companies';
import {
  type Credentials,
  createCredentials,
  createExpiryReminders,
  type ExpiryReminders,
} from '#credentials';
import { createMessages, createQueue, createRelay, type Messages, type Queue, type Relay } from '#delivery';
import { createFederation, createGuardedFetch, type Federation } from '#federation';
import { createInvitations, type Invitations } from '#invitations';
import { createSupport, type Support } from '#support';
import type { Core } from './core.ts';
import { createTransports } from './transport.ts';

/** The features below the web, each with just what it needs. */
export interface Features {
  audit: Audit;
  queue: Queue;
  relay: Relay;
  messages: Messages;
  accounts: Accounts;
  companies: Companies;
  identifiers: Identifiers;
  clients: Clients;
  resources: Resources;
  federation: Federation;
  credentials: Credentials;
  expiryReminders: ExpiryReminders;
  support: Support;
  invitations: Invitations;
  bootstrap: Bootstrap;
  /** Ends what these features hold open. */
  closeFeatures(): Promise<void>;
}

/** Declares every collection of these features: to be called before the storage opens. */
export function createFeatures(core: Core): Features {
  const { config, storage, log, metrics } = core;
  const audit = createAudit({ ...core, ...(metrics && { observe: metrics.countEvent }) });
  const queue = createQueue(core);
  metrics?.watchQueue(queue.depth);
  const relay = createRelay({ storage, queue, audit, log });
  const outbound = createGuardedFetch({ production: config.production, outboundAllow: config.outboundAllow });
  const messages = createMessages({
    ...core,
    queue,
    transports: createTransports(config, {
      clock: core.clock,
      fetch: (url, request) => outbound.fetch(url, request),
    }),
  });
  const accounts = createAccounts({ ...core, audit, messages });
  const companies = createCompanies({ ...core, audit });
  const identifiers = createIdentifiers(accounts, companies);
  const clients = createClients({ ...core, audit });
  const resources = createResources({ ...core, audit });
  const federation = createFederation({
    ...core,
    accounts,
    companies,
    audit,
    config: {
      issuer: config.server.issuer,
      production: config.production,
      outboundAllow: config.outboundAllow,
    },
  });
  const support = createSupport({
    ...core,
    accounts,
    companies,
    messages,
    audit,
    supportEmail: config.supportEmail,
  });
  const credentials = createCredentials({
    ...core,
    accounts,
    identifiers,
    ssoRouting: federation.routing,
    messages,
    audit,
    config: {
      passwordHash: config.passwordHash,
      passkeys: config.passkeys === 'on',
      sms: { ...config.sms, available: config.sms.provider !== 'none' },
      emailCodes: { ...config.emailCodes, available: config.emailCodes.offered === 'on' },
      limits: config.limits,
      issuer: config.server.issuer,
      brandName: config.brand.name,
      ...(config.passwords.breachCheckUrl && {
        breachCheck: {
          url: config.passwords.breachCheckUrl,
          production: config.production,
          outboundAllow: config.outboundAllow,
        },
      }),
    },
  });
  metrics?.watchHashes(credentials.hashesWaiting);
  const expiryReminders = createExpiryReminders({
    ...core,
    accounts,
    companies,
    messages,
    passwords: credentials.passwords,
    ssoRouting: federation.routing,
    issuer: config.server.issuer,
  });
  const invitations = createInvitations({
    ...core,
    accounts,
    companies,
    clients,
    credentials,
    ssoRouting: federation.routing,
    messages,
    audit,
    config: { issuer: config.server.issuer, invitationDays: config.limits.invitationDays },
  });
  const bootstrap = createBootstrap({
    ...core,
    accounts,
    companies,
    connections: federation.connections,
    credentials,
    clients,
    resources,
    audit,
    config: {
      issuer: config.server.issuer,
      production: config.production,
      termsVersion: config.terms.version,
    },
  });
  return {
    audit,
    queue,
    relay,
    messages,
    accounts,
    companies,
    identifiers,
    clients,
    resources,
    federation,
    credentials,
    expiryReminders,
    invitations,
    support,
    bootstrap,
    async closeFeatures() {
      await Promise.all([credentials.close(), federation.close(), outbound.close()]);
    },
  };
}
