import type { Account } from '#accounts';
import { type Audit, type AuditFacts, placeOf } from '#audit';
import { type Clock, parseEmail } from '#kernel';
import { ConflictError } from '#storage';
import { type Arrival, mayAssert, refused } from './arrival.ts';
import { ensureMembership } from './ensure-membership.ts';
import type { Identities } from './identity-store.ts';
import { linkStands, mayLink } from './linking.ts';
import type { CompanyDirectory } from './ports.ts';
import type { ResolveOutcome, ResolveRefusal } from './sign-in.ts';

interface AdmissionParts {
  clock: Clock;
  companies: CompanyDirectory;
  audit: Pick<Audit, 'emission'>;
  identities: Identities;
}

/** How an account comes to a link that it did not have. */
type Newness = 'new-link' | 'provisioned';

/** Lets an account of ours in by an identity, with link and membership, or says why not. */
export type Admit = (account: Account, arrival: Arrival, how?: Newness) => Promise<ResolveOutcome>;

export function createAdmission({ clock, companies, audit, identities }: AdmissionParts): Admit {
  async function reasonAgainst(account: Account, arrival: Arrival): Promise<ResolveRefusal | undefined> {
    const { connection, link } = arrival;
    if (account.status === 'inactive') return 'permission-denied';
    const domain = parseEmail(account.emailNormalized)?.domain;
    if (!domain || !(await mayAssert(connection, domain, companies))) return 'federation.foreign-domain';
    if (!(link ? linkStands(link, account, arrival) : mayLink(account, arrival)))
      return 'federation.link-conflict';
    const membership = await companies.membership(connection.companyId, account.id);
    return membership?.status === 'inactive' ? 'permission-denied' : undefined;
  }

  /** False when the identity or the account is tied to another one. */
  async function tie(account: Account, arrival: Arrival, how: Newness): Promise<boolean> {
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

  return async (account, arrival, how = 'new-link') => {
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
  };
}

function linked(account: Account, { connection, linkId, origin }: Arrival, how: Newness): AuditFacts {
  const { id } = account;
  const { id: connectionId, companyId } = connection;
  const details = { connection: connectionId, identity: linkId, how };
  return { ...placeOf(origin), type: 'federation.linked', actor: id, accountId: id, companyId, details };
}
