import { type Audit, placeOf } from '#audit';
import { type Clock, type Log, parseEmail } from '#kernel';
import { createAdmission } from './admit-account.ts';
import { type Arrival, mayAssert, refused } from './arrival.ts';
import type { UpstreamIdentity } from './connection.ts';
import type { Connections } from './connection-store.ts';
import { type Identities, identityId } from './identity-store.ts';
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

/**
 * Turns an identity into an account of ours: known by its key, linked by a proven address, or made.
 * Order of writes: account, link, membership; a crash between leaves what the next sign-in completes.
 */
export function createResolution(parts: ResolutionParts): SignIn['resolve'] {
  const { accounts, companies, connections, identities } = parts;
  const admit = createAdmission(parts);

  async function resolve(request: ResolveIdentity): Promise<ResolveOutcome> {
    const { identity, reauthOf, provenAccountId, origin } = request;
    const connection = await connections.byId(request.connection.id);
    if (!connection?.enabled || identity.connectionId !== connection.id)
      return refused('federation.disabled');
    const address = parseEmail(identity.email);
    if (!address || !(await mayAssert(connection, address.domain, companies)))
      return refused('federation.foreign-domain');
    const link = await identities.find(connection.id, identity.identityKey);
    const account = await (link ? accounts.byId(link.accountId) : accounts.byEmail(address.normalized));
    if (reauthOf !== undefined && account?.id !== reauthOf) return refused('federation.account-mismatch');
    const linkId = identityId(connection.id, identity.identityKey);
    const arrival = { identity, address, provenAccountId, connection, link, linkId, origin };
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
      ...nameParts(identity),
    });
    if (made.outcome === 'invalid-address') return refused('federation.not-provisioned');
    if (made.outcome === 'created') return admit(made.account, arrival, 'provisioned');
    // Another first sign-in of the same person was quicker, or the address is kept for somebody (B11).
    const taker = await accounts.byId(made.accountId);
    return taker ? admit(taker, arrival) : refused('federation.link-conflict');
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
