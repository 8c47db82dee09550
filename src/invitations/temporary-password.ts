import type { Account } from '#accounts';
import type { Acting } from '#audit';
import { policyOf } from '#companies';
import type { RuleId } from '#credentials';
import { type EmailAddress, parseEmail } from '#kernel';
import type { InvitationsParts } from './ports.ts';

export interface TemporaryPasswordRequest {
  companyId: string;
  /** As typed. */
  email: string;
  password: string;
  /** Of a person who has no account yet. */
  name?: string;
}

export type TemporaryPasswordOutcome =
  | { outcome: 'set'; accountId: string; created: boolean }
  | { outcome: 'refused'; unmet: readonly RuleId[] }
  | { outcome: 'unknown-company' | 'invalid-address' | 'not-a-member' }
  /** The domain's people sign in at its identity provider: they never have a password here (E1). */
  | { outcome: 'sso' }
  /** The person belongs to others, too, and the company has not proven the address's domain. */
  | { outcome: 'shared' };

/** A15: an administrator hands over address and password; the first log-in asks for another one. Never shown again. */
export type SetTemporaryPassword = (
  request: TemporaryPasswordRequest,
  acting: Acting,
) => Promise<TemporaryPasswordOutcome>;

export function createSetTemporaryPassword(parts: InvitationsParts): SetTemporaryPassword {
  const { clock, accounts, companies, credentials, ssoRouting } = parts;

  async function minLengthFor(account: Account): Promise<number> {
    const signIn = { kind: 'local' as const };
    return (await policyOf(companies, account, { signIn, now: clock.now() })).password.minLength.value;
  }

  /** The company's alone, or of a domain that it proved; nobody's who works for the platform. */
  async function mayTouch(account: Account, companyId: string, domain: string): Promise<boolean> {
    if (account.platformRole) return false;
    const others = (await companies.membershipsOf(account.id)).filter((one) => one.companyId !== companyId);
    return others.length === 0 || companies.provenBy(companyId, domain);
  }

  async function create(
    { companyId, name }: TemporaryPasswordRequest,
    address: EmailAddress,
    acting: Acting,
  ): Promise<Account | undefined> {
    const made = await accounts.create({
      email: address.display,
      name: name ?? address.display,
      status: 'active',
      // Nobody has answered a mail: the proof of the domain is all that speaks for the address.
      emailVerified: await companies.provenBy(companyId, address.domain),
      actor: acting.actor,
    });
    if (made.outcome !== 'created') return undefined;
    const permissions = { companyAdmin: 'none', directory: 'none' } as const;
    const membership = { companyId, accountId: made.account.id, status: 'active' as const, permissions };
    await companies.putMembership({ ...membership, createdAt: clock.now() }, acting);
    return made.account;
  }

  return async (request, acting) => {
    const { companyId, password } = request;
    const company = await companies.byId(companyId);
    if (!company) return { outcome: 'unknown-company' };
    const address = parseEmail(request.email);
    if (!address) return { outcome: 'invalid-address' };
    if (await ssoRouting.isSsoTargeted(address.normalized)) return { outcome: 'sso' };
    // Before anything is made: the company's own minimum holds for its people in any case.
    const unmet = credentials.passwords.check(password, company.settings.password);
    if (unmet.length > 0) return { outcome: 'refused', unmet };
    const known = await accounts.byEmail(address.normalized);
    const account = known ?? (await create(request, address, acting));
    if (!account || (await companies.membership(companyId, account.id))?.status !== 'active')
      return { outcome: 'not-a-member' };
    if (!(await mayTouch(account, companyId, address.domain))) return { outcome: 'shared' };
    const minLength = await minLengthFor(account);
    const result = await credentials.passwords.set(account, password, {
      minLength,
      reason: 'temporary',
      ...acting,
    });
    if (result.outcome === 'refused') return result;
    return { outcome: 'set', accountId: account.id, created: !known };
  };
}
