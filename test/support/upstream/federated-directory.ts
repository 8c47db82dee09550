import type { AuditFacts } from '#audit';
import { type Connection, createFederation, type UpstreamIdentity } from '#federation';
import { silentLog, systemRandomness } from '#kernel';
import { company, createDirectory, manualClock } from '../directory.ts';
import { connectionTo } from './connection.ts';

/** Companies acme and globex with a connection and a proven domain each, over real storage in memory. */
export async function createFederatedDirectory(settings: { issuer?: string; dataDir?: string } = {}) {
  const { issuer = 'http://localhost:9', dataDir } = settings;
  // The test provider lives in real time, so its relying party starts there.
  const clock = manualClock(new Date().toISOString());
  const directory = createDirectory({ clock, ...(dataDir && { dataDir }) });
  const recorded: AuditFacts[] = [];
  const logged: object[] = [];
  const federation = createFederation({
    ...directory,
    randomness: systemRandomness,
    audit: {
      record: async (event) => void recorded.push(event),
      emission: (event) => ({ id: systemRandomness.id(), topic: 'audit', payload: { ...event } }),
    },
    log: { ...silentLog, warn: (facts) => void logged.push(facts) },
    config: { issuer: 'http://127.0.0.1:1', production: false, outboundAllow: [], outboundTimeoutMs: 3_000 },
  });
  await directory.storage.open();

  const connectionOf = (companyId: string, changes: Partial<Connection> = {}): Connection =>
    connectionTo(issuer, { id: `${companyId}-idp`, companyId, name: `${companyId} IdP`, ...changes });
  for (const id of ['acme', 'globex']) {
    await directory.companies.put(company(id, { itContact: `it@${id}.example` }), { actor: 'system' });
    await federation.connections.put(connectionOf(id), { actor: 'system' });
    await directory.companies.putDomain(
      {
        ...{
          domain: `${id}.example`,
          companyId: id,
          verified: true,
          ssoTargeted: true,
          connectionId: `${id}-idp`,
        },
      },
      { actor: 'system' },
    );
  }

  return {
    ...directory,
    federation,
    recorded,
    logged,
    connectionOf,
    acme: connectionOf('acme'),
    /** An identity as a checked answer of that company's provider gives it. */
    identity: (email: string, changes: Partial<UpstreamIdentity> = {}): UpstreamIdentity => ({
      ...{
        connectionId: 'acme-idp',
        identityKey: [issuer, email],
        email,
        emailVerified: undefined,
        name: 'Ada Upstream',
      },
      ...{ givenName: undefined, familyName: undefined, authTime: undefined, acr: undefined, amr: [] },
      ...changes,
    }),
    async close() {
      await federation.close();
      await directory.storage.close();
    },
  };
}

export type FederatedDirectory = Awaited<ReturnType<typeof createFederatedDirectory>>;
