import type { Account } from '#accounts';
import {
  type Company,
  type EffectivePolicy,
  effectivePolicy,
  type Membership,
  type TrustRule,
} from '#companies';
import { chosenBefore, type PendingInteraction } from '#oidc';
import { hasMethod, needsBetterMethod, needsFactor } from './assurance.ts';
import { carriedFactor } from './carried-factor.ts';
import { enrolledFactors, NOTHING_ENROLLED } from './enrolled-factors.ts';
import type { Facts, Primary } from './facts.ts';
import { comingMembership, type Invited, isInvited } from './invited.ts';
import { findPerson, type Person } from './person.ts';
import { isProofAlive, type Progress } from './progress.ts';
import type { Services } from './services.ts';

/** Reads everything that decides the next step, afresh: connections, domains, memberships and policies may have changed (X8). */
export async function gatherFacts(
  pending: PendingInteraction,
  progress: Progress,
  services: Services,
  browser: BrowserFacts,
): Promise<FactsAbout> {
  const person = await findPerson(pending, progress, services);
  const facts = await factsOf(pending, progress, services, person, browser);
  if (!enrolsOnSessionAlone(facts)) return facts;
  // A sign-in that may be days old sets up no new factor: the first proof is asked again (X34).
  const fresh = await findPerson(pending, progress, services, { fresh: true });
  return factsOf(pending, progress, services, fresh, browser);
}

/** What this browser brings along. */
export interface BrowserFacts {
  invited: Invited | undefined;
  /** Whether the person of the account trusts it. */
  trusts(account: Account, rule: TrustRule): Promise<boolean>;
}

function enrolsOnSessionAlone(facts: Facts): boolean {
  if (facts.primary?.kind !== 'session') return false;
  if (facts.progress.enrolment !== undefined || needsBetterMethod(facts)) return true;
  return !hasMethod(facts.enrolled) && needsFactor(facts);
}

type FactsAbout = Facts & { identifier: Person['identifier'] };

async function factsOf(
  pending: PendingInteraction,
  progress: Progress,
  services: Services,
  { identifier, route, primary, account, password }: Person,
  { invited, trusts }: BrowserFacts,
): Promise<FactsAbout> {
  const now = services.clock.now();
  const prompts = new Set(pending.params['prompt']?.split(' ') ?? []);
  const creates = invited?.isNew === true && identifier?.normalized === invited.invitation.address;
  const base = { now, pending, prompts, progress, route, primary, account, identifier, invited, creates };
  if (!primary || !account) return { ...base, ...nobody };

  const joined = invited && isInvited(account, invited) ? comingMembership(account, invited) : undefined;
  const [present, factors, passwordByMail] = await Promise.all([
    services.companies.activeMembershipsOf(account.id),
    enrolledFactors(account.id, services.credentials),
    isPasswordByMail(account, password, services),
  ]);
  const memberships = joined
    ? [...present.filter(({ companyId }) => companyId !== joined.companyId), joined]
    : present;
  const companies = await services.companies.getMany(memberships.map((membership) => membership.companyId));
  const chosenCompanyId = chosenCompany(pending, progress, memberships, { joined, primary });
  const policy = withOffered(
    services,
    policyFor({ account, memberships, companies, primary, chosenCompanyId, now }),
  );
  const factor =
    progress.factor && isProofAlive(progress.factor, { account, now })
      ? progress.factor
      : carriedFactor(pending, { account, primary, now });
  return {
    ...base,
    factor,
    memberships,
    companies,
    policy,
    chosenCompanyId,
    ...factors,
    // Only a log-in by password may be spared anything, and only where companies allow it: nobody else's is looked up.
    trusted:
      primary.kind === 'password' && policy.mfa.trust !== null && (await trusts(account, policy.mfa.trust)),
    // Never beside single sign-on: the mailbox is the company's, as the identity provider is.
    enrolled: { ...factors.enrolled, email: factors.enrolled.email && signInOf(primary).kind === 'local' },
    passwordByMail,
    passwordDue: password && passwordDue(password, policy, services),
    termsOwed: isTermsOwed(account, primary, services),
    consentOwed: await isConsentOwed({ pending, progress, account, chosenCompanyId }, services),
  };
}

const nobody = {
  factor: undefined,
  memberships: [],
  companies: [],
  policy: undefined,
  chosenCompanyId: undefined,
  enrolled: NOTHING_ENROLLED,
  lastUsed: undefined,
  phoneCountry: undefined,
  trusted: false,
  passwordByMail: false,
  passwordDue: undefined,
  termsOwed: false,
  consentOwed: false,
} satisfies Partial<Facts>;

function chosenCompany(
  pending: PendingInteraction,
  progress: Progress,
  memberships: readonly Membership[],
  { joined, primary }: { joined: Membership | undefined; primary: Primary },
) {
  const isMine = (id: string | undefined) => memberships.some((membership) => membership.companyId === id);
  const wishes = [
    progress.companyId,
    joined?.companyId,
    pending.settled.company?.companyId,
    pending.params['company'],
    chosenBefore({ companies: pending.session?.companies ?? {}, signIn: signInOf(primary) }, pending.client),
  ];
  return wishes.find(isMine) ?? (memberships.length === 1 ? memberships[0]?.companyId : undefined);
}

interface PolicyQuestion {
  account: Account;
  memberships: readonly Membership[];
  companies: readonly Company[];
  primary: Primary;
  chosenCompanyId: string | undefined;
  now: number;
}

/** All accepted memberships count for a local log-in; after SSO only the company that is chosen. */
function policyFor({
  account,
  memberships,
  companies,
  primary,
  chosenCompanyId,
  now,
}: PolicyQuestion): EffectivePolicy {
  const signIn = signInOf(primary);
  const counted =
    signIn.kind === 'sso' && chosenCompanyId
      ? memberships.filter((membership) => membership.companyId === chosenCompanyId)
      : memberships;
  return effectivePolicy({ account, memberships: counted, companies, signIn, now });
}

function signInOf(primary: Primary) {
  if (primary.kind === 'session') return primary.signIn.signIn;
  return primary.kind === 'sso'
    ? { kind: 'sso' as const, companyId: primary.companyId }
    : { kind: 'local' as const };
}

/** Of the methods that the policy allows those that this platform offers. */
function withOffered({ credentials }: Services, policy: EffectivePolicy): EffectivePolicy {
  const { passkeys, emailCodes } = credentials;
  const methods = policy.mfa.methods.filter(
    (kind) => (kind !== 'passkey' || passkeys.available) && (kind !== 'email' || emailCodes.available),
  );
  return { ...policy, mfa: { ...policy.mfa, methods } };
}

/** Asked only where it makes a difference. */
async function isPasswordByMail(
  { id }: Account,
  password: Person['password'],
  { credentials: { emailCodes, passwords } }: Services,
): Promise<boolean> {
  return emailCodes.available && (password ?? (await passwords.state(id))).byMail;
}

function passwordDue(
  password: NonNullable<Person['password']>,
  policy: EffectivePolicy,
  { credentials, clock }: Services,
) {
  if (password.mustChange) return 'temporary' as const;
  const expired = credentials.passwords.isExpired(password, policy.password.expiryDays.value, clock.now());
  return expired ? ('expired' as const) : undefined;
}

/** Terms are not asked of people who come through a company's IdP (E6). */
function isTermsOwed(account: Account, primary: Primary, { terms }: Services): boolean {
  const sso = primary.kind === 'sso' || (primary.kind === 'session' && primary.signIn.signIn.kind === 'sso');
  return terms.version !== undefined && !sso && account.acceptedTerms?.version !== terms.version;
}

interface ConsentQuestion {
  pending: PendingInteraction;
  progress: Progress;
  account: Account;
  chosenCompanyId: string | undefined;
}

async function isConsentOwed(question: ConsentQuestion, services: Services): Promise<boolean> {
  const { pending, progress, account, chosenCompanyId } = question;
  if (progress.consented || pending.settled.consent) return false;
  if (pending.prompt.name === 'consent') return true;
  if (pending.client.firstParty) return false;
  const again = pending.params['prompt']?.split(' ').includes('consent') === true;
  return again || !(await services.consented(account.id, pending, chosenCompanyId));
}
