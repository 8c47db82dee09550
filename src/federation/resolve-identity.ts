import type { Account } from '#accounts';
import { type Clock, type Log, parseEmail } from '#kernel';
import { ConflictError } from '#storage';
import type { Connection, FederatedIdentity } from './connection.ts';
import type { Connections } from './connection-store.ts';
import { ensureMembership } from './ensure-membership.ts';
import type { AccountDirectory, AuditTrail, CompanyDirectory } from './federation-ports.ts';
import { type Identities, identityId } from './identity-store.ts';
import { type Assertion, linkStands, mayLink } from './linking.ts';
import type { ResolveIdentity, ResolveOutcome, ResolveRefusal, SignIn } from './sign-in.ts';

interface ResolutionParts {
  clock: Clock;
  log: Log;
  accounts: AccountDirectory;
  companies: CompanyDirectory;
  audit: AuditTrail;
  connections: Connections;
  identities: Identities;
}

/** One sign-in, with everything read fresh (X8). */
interface Arrival extends Assertion {
  connection: Connection;
  linkId: string;
  link: FederatedIdentity | undefined;
}

const refused = (code: ResolveRefusal): ResolveOutcome => ({ outcome: 'refused', code });

/**
 * Turns an identity into an account of ours: known by its key, linked by a proven address, or made.
 * Order of writes: account, link, membership; a crash between leaves what the next sign-in completes.
 */
export function createResolution(parts: ResolutionParts): SignIn['resolve'] {
  const { clock, accounts, companies, connections, identities } = parts;

  async function resolve(request: ResolveIdentity): Promise<ResolveOutcome> {
    const { identity, reauthOf, provenAccountId } = request;
    const connection = await connections.byId(request.connection.id);
    if (!connection?.enabled || identity.connectionId !== connection.id)
      return refused('federation.disabled');
    const address = parseEmail(identity.email);
    if (!address || !(await companies.provenBy(connection.companyId, address.domain)))
      return refused('federation.foreign-domain');
    const link = await identities.find(connection.id, identity.identityKey);
    const account = await (link ? accounts.byId(link.accountId) : accounts.byEmail(address.normalized));
    if (reauthOf !== undefined && account?.id !== reauthOf) return refused('federation.account-mismatch');
    const linkId = identityId(connection.id, identity.identityKey);
    const arrival = { identity, address, provenAccountId, connection, link, linkId };
    if (account) return admit(account, arrival);
    return link ? refused('federation.not-provisioned') : provision(arrival);
  }

  async function provision(arrival: Arrival): Promise<ResolveOutcome> {
    const { identity, address, connection } = arrival;
    if (!connection.jitProvisioning || identity.emailVerified === false)
      return refused('federation.not-provisioned');
    const made = await accounts.create({
      email: address.display,
      name: nameOf(arrival),
      status: 'active',
      emailVerified: true,
    });
    if (made.outcome === 'invalid-address') return refused('federation.not-provisioned');
    if (made.outcome === 'created') return admit(made.account, arrival, 'provisioned');
    // Another first sign-in of the same person was quicker, or the address is kept for somebody (B11).
    const taker = await accounts.byId(made.accountId);
    return taker ? admit(taker, arrival) : refused('federation.link-conflict');
  }

  async function admit(
    account: Account,
    arrival: Arrival,
    how: 'new-link' | 'provisioned' = 'new-link',
  ): Promise<ResolveOutcome> {
    const { companyId } = arrival.connection;
    const refusal = await reasonAgainst(account, arrival);
    if (refusal) return refused(refusal);
    if (!(await tie(account, arrival))) return refused('federation.link-conflict');
    const membershipCreated = await ensureMembership(companies, clock, { companyId, accountId: account.id });
    return { outcome: 'signed-in', account, membershipCreated, linked: arrival.link ? 'existing' : how };
  }

  async function reasonAgainst(account: Account, arrival: Arrival): Promise<ResolveRefusal | undefined> {
    const { connection, link } = arrival;
    if (account.status === 'inactive') return 'permission-denied';
    const domain = parseEmail(account.emailNormalized)?.domain;
    if (!domain || !(await companies.provenBy(connection.companyId, domain)))
      return 'federation.foreign-domain';
    if (!(link ? linkStands(link, account, arrival) : mayLink(account, arrival)))
      return 'federation.link-conflict';
    const membership = await companies.membership(connection.companyId, account.id);
    return membership?.status === 'inactive' ? 'permission-denied' : undefined;
  }

  /** False when the identity or the account is tied to another one. */
  async function tie(account: Account, { connection, identity, link, linkId }: Arrival): Promise<boolean> {
    const now = clock.now();
    const facts = { linkedAddress: account.emailNormalized, lastSignInAt: now };
    if (link) {
      await identities.used(linkId, facts);
      return true;
    }
    try {
      const fresh = {
        id: linkId,
        connectionId: connection.id,
        accountId: account.id,
        linkedAt: now,
        ...facts,
      };
      if (await identities.link(fresh)) return true;
    } catch (error) {
      if (error instanceof ConflictError) return false;
      throw error;
    }
    return (await identities.find(connection.id, identity.identityKey))?.accountId === account.id;
  }

  return async (request) => {
    const outcome = await resolve(request);
    await note(parts, request, outcome);
    return outcome;
  };
}

function nameOf({ identity, address }: Arrival): string {
  const { name, givenName, familyName } = identity;
  return name ?? ([givenName, familyName].filter(Boolean).join(' ') || address.display);
}

/** Every refusal and every new tie leaves a trace; the identity only as its digest. */
async function note(
  { audit, log }: ResolutionParts,
  request: ResolveIdentity,
  outcome: ResolveOutcome,
): Promise<void> {
  const { connection, identity, origin } = request;
  const where = { companyId: connection.companyId, ...(origin?.ip && { ip: origin.ip }) };
  const trace = { ...where, ...(origin?.correlationId && { correlationId: origin.correlationId }) };
  const details = { connection: connection.id, identity: identityId(connection.id, identity.identityKey) };
  if (outcome.outcome === 'refused') {
    log.warn({ ...details, code: outcome.code }, 'an identity was refused');
    const domain = parseEmail(identity.email)?.domain ?? '';
    await audit.record({
      ...trace,
      type: 'federation.refused',
      actor: request.reauthOf ?? 'system',
      details: { ...details, code: outcome.code, domain },
    });
  } else if (outcome.linked !== 'existing') {
    const { id } = outcome.account;
    await audit.record({
      ...trace,
      type: 'federation.linked',
      actor: id,
      accountId: id,
      details: { ...details, how: outcome.linked, membershipCreated: outcome.membershipCreated },
    });
  }
}
