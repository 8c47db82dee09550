import type { Account } from '#accounts';
import { type Company, type EffectivePolicy, effectivePolicy, type Membership } from '#companies';
import type { Route } from '#federation';
import { parseEmail } from '#kernel';
import type { SignedIn } from '#sessions';
import type { ProfileParts } from './parts.ts';

/** What the person's companies and their identity provider say about the account, read fresh (X8). */
export interface Standing {
  memberships: readonly Membership[];
  companies: readonly Company[];
  policy: EffectivePolicy;
  /** Where the person signs in today: the rule of the domain decides, never how this session began. */
  route: Route;
  hasApp: boolean;
  hasPhone: boolean;
  hasPasskey: boolean;
  hasEmailCode: boolean;
  /** Codes by e-mail would be worth something: to a proven address, beside a password that it did not set (I10). */
  trustsMailbox: boolean;
  /** Any of them. */
  hasMethod: boolean;
  /** `unsaved`: the person may not have kept it (J5); `missing` beside a method, too: its set-up was cut off before the code. */
  recoveryCode: 'kept' | 'unsaved' | 'missing';
  /** When it was made, epoch milliseconds; absent where there is none. */
  recoveryCodeAt?: number;
}

export async function standingOf(
  { account }: SignedIn,
  { companies, federation, credentials, clock }: ProfileParts,
): Promise<Standing> {
  const address = parseEmail(account.email);
  const [memberships, route, app, phone, passkey, email, recoveryCode, trustsMailbox] = await Promise.all([
    companies.activeMembershipsOf(account.id),
    address ? federation.routing.route(address) : ({ outcome: 'local' } as const),
    credentials.totp.status(account.id),
    credentials.phones.status(account.id),
    credentials.passkeys.status(account.id),
    credentials.emailCodes.status(account.id),
    credentials.recoveryCodes.status(account.id),
    isMailboxTrusted(account, credentials),
  ]);
  const theirs = await companies.getMany(memberships.map(({ companyId }) => companyId));
  const signIn =
    route.outcome === 'local'
      ? ({ kind: 'local' } as const)
      : ({ kind: 'sso', companyId: route.company.id } as const);
  const policy = effectivePolicy({ account, memberships, companies: theirs, signIn, now: clock.now() });
  const hasPasskey = credentials.passkeys.available && passkey.enrolled;
  // Never beside single sign-on: the mailbox is the company's, as the identity provider is.
  const hasEmailCode = email.enrolled && route.outcome === 'local';
  const methods = {
    hasApp: app.enrolled,
    hasPhone: phone.exists,
    hasPasskey,
    hasEmailCode,
    hasMethod: app.enrolled || phone.exists || hasPasskey || hasEmailCode,
  };
  const state = !recoveryCode.exists ? 'missing' : recoveryCode.unsaved ? 'unsaved' : 'kept';
  return {
    memberships,
    companies: theirs,
    policy,
    route,
    trustsMailbox,
    ...methods,
    recoveryCode: state,
    ...(recoveryCode.createdAt !== undefined && { recoveryCodeAt: recoveryCode.createdAt }),
  };
}

/** Asked only where it makes a difference. */
async function isMailboxTrusted(
  { id, emailVerified }: Account,
  { emailCodes, passwords }: ProfileParts['credentials'],
): Promise<boolean> {
  return emailCodes.available && emailVerified && !(await passwords.state(id)).byMail;
}

export const isSso = ({ route }: Pick<Standing, 'route'>): boolean => route.outcome !== 'local';

/** G6, G7, M2: where messages are sent and the person's role may use them. */
export function maySetUpPhone(
  { policy: { mfa }, hasMethod }: Standing,
  { credentials }: Pick<ProfileParts, 'credentials'>,
): boolean {
  return credentials.phones.available && mfa.methods.includes('sms') && (mfa.available || hasMethod);
}

/** Where the platform has them, and a company offers second factors or the person has one already (G30, G32). */
export function maySetUpPasskey(
  { policy: { mfa }, hasMethod }: Standing,
  { credentials }: Pick<ProfileParts, 'credentials'>,
): boolean {
  return credentials.passkeys.available && (mfa.available || hasMethod);
}

/** G31, C10: where the platform has them, for whom they would be a second proof; once only, to the one address. */
export function maySetUpEmailCode({ policy: { mfa }, ...standing }: Standing): boolean {
  return (
    standing.trustsMailbox &&
    !standing.hasEmailCode &&
    mfa.methods.includes('email') &&
    (mfa.available || standing.hasMethod)
  );
}
