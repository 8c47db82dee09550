import type { Account } from '#accounts';
import { type Audit, type AuditFacts, placeOf, type RequestOrigin } from '#audit';
import { type Clock, type Log, parseEmail } from '#kernel';
import { ConflictError } from '#storage';
import type { Connection, FederatedIdentity, UpstreamIdentity } from './connection.ts';
import type { Connections } from './connection-store.ts';
import { ensureMembership } from './ensure-membership.ts';
import { type Identities, identityId } from './identity-store.ts';
import { type Assertion, linkStands, mayLink } from './linking.ts';
import type { AccountDirectory, CompanyDirectory } from './ports.ts';
import type { ResolveIdentity, ResolveOutcome, ResolveRefusal, SignIn } from './sign-in.ts';

interface ResolutionParts {
  clock: Clock;
  log: Log;
  accounts: AccountDirectory;
  companies: CompanyDirectory;
  audit: Pick<Audit, 'record' | 'emission'>;
  connections: Connections;
  identities: Identities;
}

/** One sign-in, with everything read fresh (X8). */
interface Arrival extends Assertion {
  connection: Connection;
  linkId: string;
  link: FederatedIdentity | undefined;
  origin: RequestOrigin | undefined;
}

const refused = (code: ResolveRefusal): ResolveOutcome => ({ outcome: 'refused', code });

/**
 * Turns an identity into an account of ours: known by its key, linked by a proven address, or made.
 * Order of writes: account, link, membership; a crash between leaves what the next sign-in completes.
 */
export function createResolution(parts: ResolutionParts): SignIn['resolve'] {
  const { clock, accounts, companies, connections, identities, audit } = parts;

  async function resolve(request: ResolveIdentity): Promise<ResolveOutcome> {
    const { identity, reauthOf, provenAccountId, origin } = request;
    const connection = await connections.byId(request.connection.id);
    if (!connection?.enabled || identity.connectionId !== connection.id)
      return refused('federation.disabled');
    const address = parseEmail(identity.email);
    if (!address || !(await mayAssert(connection, address.domain)))
      return refused('federation.foreign-domain');
    const link = await identities.find(connection.id, identity.identityKey);
    const account = await (link ? accounts.byId(link.accountId) : accounts.byEmail(address.normalized));
    if (reauthOf !== undefined && account?.id !== reauthOf) return refused('federation.account-mismatch');
    const linkId = identityId(connection.id, identity.identityKey);
    const arrival = { identity, address, provenAccountId, connection, link, linkId, origin };
    if (account) return admit(account, arrival);
    return link ? refused('federation.not-provisioned') : provision(arrival);
  }

  /** Only domains that its company proved (X2), and none that the company sends to another of its providers (W10). */
  async function mayAssert(connection: Connection, domain: string): Promise<boolean> {
    const rule = await companies.domainRule(domain);
    if (!rule?.verified || rule.companyId !== connection.companyId) return false;
    return !rule.ssoTargeted || rule.connectionId === undefined || rule.connectionId === connection.id;
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
      ...nameParts(identity),
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
    if (!(await tie(account, arrival, how))) return refused('federation.link-conflict');
    const membershipCreated = await ensureMembership(companies, clock, {
      companyId,
      accountId: account.id,
      origin: arrival.origin,
    });
    return { outcome: 'signed-in', account, membershipCreated, linked: arrival.link ? 'existing' : how };
  }

  async function reasonAgainst(account: Account, arrival: Arrival): Promise<ResolveRefusal | undefined> {
    const { connection, link } = arrival;
    if (account.status === 'inactive') return 'permission-denied';
    const domain = parseEmail(account.emailNormalized)?.domain;
    if (!domain || !(await mayAssert(connection, domain))) return 'federation.foreign-domain';
    if (!(link ? linkStands(link, account, arrival) : mayLink(account, arrival)))
      return 'federation.link-conflict';
    const membership = await companies.membership(connection.companyId, account.id);
    return membership?.status === 'inactive' ? 'permission-denied' : undefined;
  }

  /** False when the identity or the account is tied to another one. */
  async function tie(account: Account, arrival: Arrival, how: 'new-link' | 'provisioned'): Promise<boolean> {
    const { connection, identity, link, linkId } = arrival;
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
      if (await identities.link(fresh, [audit.emission(linked(account, arrival, how))])) return true;
    } catch (error) {
      if (error instanceof ConflictError) return false;
      throw error;
    }
    return (await identities.find(connection.id, identity.identityKey))?.accountId === account.id;
  }

  return async (request) => {
    const outcome = await resolve(request);
    if (outcome.outcome === 'refused') await noteRefusal(parts, request, outcome.code);
    return outcome;
  };
}

function nameOf({ identity, address }: Arrival): string {
  const { name, givenName, familyName } = identity;
  return name ?? ([givenName, familyName].filter(Boolean).join(' ') || address.display);
}

function nameParts({ givenName, familyName }: UpstreamIdentity) {
  if (!givenName && !familyName) return {};
  return {
    claims: { ...(givenName && { given_name: givenName }), ...(familyName && { family_name: familyName }) },
  };
}

function linked(account: Account, { connection, linkId, origin }: Arrival, how: string): AuditFacts {
  const { id } = account;
  const { id: connectionId, companyId } = connection;
  const details = { connection: connectionId, identity: linkId, how };
  return { ...placeOf(origin), type: 'federation.linked', actor: id, accountId: id, companyId, details };
}

/** Every refusal leaves a trace; the identity only as its digest. */
async function noteRefusal(
  { audit, log }: ResolutionParts,
  request: ResolveIdentity,
  code: ResolveRefusal,
): Promise<void> {
  const { connection, identity, origin, reauthOf = 'system' } = request;
  const facts = {
    connection: connection.id,
    identity: identityId(connection.id, identity.identityKey),
  };
  log.warn({ ...facts, problem: code }, 'an identity was refused');
  const details = { ...facts, code, domain: parseEmail(identity.email)?.domain ?? null };
  const { companyId } = connection;
  await audit.record({ ...placeOf(origin), type: 'federation.refused', actor: reauthOf, companyId, details });
}
