import type { Audit } from '#audit';
import type { Clock, Log, Randomness } from '#kernel';
import type { Storage } from '#storage';
import { createBegin } from './begin-sign-in.ts';
import { createCompletion } from './complete-sign-in.ts';
import { type Connections, createConnections } from './connection-store.ts';
import { connectorOnDemand } from './connectors/connector-on-demand.ts';
import { createFlows } from './flow-store.ts';
import { createGuardedFetch } from './guarded-fetch.ts';
import { createIdentities } from './identity-store.ts';
import type { AccountDirectory, CompanyDirectory } from './ports.ts';
import { createResolution } from './resolve-identity.ts';
import { createRouting, type Routing } from './routing.ts';
import type { SignIn } from './sign-in.ts';

export interface FederationParts {
  storage: Storage;
  clock: Clock;
  randomness: Randomness;
  accounts: AccountDirectory;
  companies: CompanyDirectory;
  audit: Pick<Audit, 'record' | 'emission'>;
  log: Log;
  config: {
    issuer: string;
    production: boolean;
    outboundAllow: readonly string[];
    /** Default 5 000. */
    outboundTimeoutMs?: number;
  };
}

export interface Federation {
  connections: Connections;
  routing: Routing;
  signIn: SignIn;
  close(): Promise<void>;
}

export function createFederation(parts: FederationParts): Federation {
  const { storage, clock, companies, config } = parts;
  const { issuer, production, outboundAllow, outboundTimeoutMs } = config;
  const guarded = createGuardedFetch({
    production,
    outboundAllow,
    ...(outboundTimeoutMs !== undefined && { timeoutMs: outboundTimeoutMs }),
  });
  const connector = connectorOnDemand(async () => {
    const { createOidcConnector } = await import('./connectors/oidc/oidc-connector.ts');
    return createOidcConnector({ fetch: guarded.fetch, clock, production });
  });
  const connections = createConnections({ storage, issuer, production, audit: parts.audit });
  const flows = createFlows(storage);
  const identities = createIdentities(storage);

  return {
    connections,
    routing: createRouting(connections, companies),
    signIn: {
      begin: createBegin({ ...parts, connections, flows, connector }),
      complete: createCompletion({ ...parts, connections, flows, connector }),
      resolve: createResolution({ ...parts, connections, identities }),
    },
    async close() {
      await connector.close();
      await guarded.close();
    },
  };
}
