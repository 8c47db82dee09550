import type { Account } from '#accounts';
import { type Company, MIN_PASSWORD_LENGTH } from './company.ts';
import { enforcementInstant } from './enforcement.ts';
import type { Membership } from './membership.ts';
import { type TrustRule, trustRule } from './trust-rule.ts';

/** A value with the company that it comes from; null: the platform's default. */
export interface Ruled<T> {
  value: T;
  from: string | null;
}

export type SignInMethod = { kind: 'local' } | { kind: 'sso'; companyId: string };

export interface PolicyInput {
  account: Pick<Account, 'id'>;
  /** Only active ones of the account count: an invitation that nobody accepted weighs nothing. */
  memberships: readonly Membership[];
  companies: readonly Company[];
  signIn: SignInMethod;
  now: number;
  /** What holds where no company says more. */
  platform?: PlatformPolicy;
}

export interface PlatformPolicy {
  minLength: number;
  lockoutAttempts: number;
}

export interface MfaPolicy {
  /** The person may enrol, required or not (G30, G32). */
  available: boolean;
  /** Some company or role demands it, now or from a date on. */
  required: boolean;
  /** Demanded at this sign-in. */
  enforced: boolean;
  /** Instant from which it is demanded, 0: always has been; null: not required. */
  enforcedFrom: number | null;
  /** The company that demands it first. */
  from?: string;
  /** The strictest payments role (M1, M2). */
  payments: 'payor' | 'payee' | null;
  /** Browsers that the person trusts may stand in for the factor; null: each log-in asks (H13). */
  trust: TrustRule | null;
  /** What counts as second factor, the preferred one first. */
  methods: readonly ('totp' | 'sms' | 'passkey' | 'email')[];
}

export interface EffectivePolicy {
  password: { minLength: Ruled<number>; expiryDays: Ruled<number | null> };
  lockout: { enabled: boolean; attempts: number; from: string | null };
  session: { idleMinutes: Ruled<number | null> };
  mfa: MfaPolicy;
}

interface Member {
  membership: Membership;
  company: Company;
}

const PLATFORM: PlatformPolicy = { minLength: MIN_PASSWORD_LENGTH, lockoutAttempts: 3 };

/** The strictest of all accepted memberships wins; every value says whose it is (W14). */
export function effectivePolicy(input: PolicyInput): EffectivePolicy {
  const platform = input.platform ?? PLATFORM;
  const members = membersOf(input);
  const settings = members.map(({ company }) => ({ from: company.id, ...company.settings }));
  const lockout = least(
    settings
      .filter((one) => one.lockout.enabled)
      .map((one) => ({ from: one.from, value: one.lockout.attempts })),
  );
  const minLength = least(
    settings
      .filter((one) => one.password.minLength > platform.minLength)
      .map((one) => ({ from: one.from, value: -one.password.minLength })),
  );
  return {
    password: {
      minLength: minLength
        ? { value: -minLength.value, from: minLength.from }
        : { value: platform.minLength, from: null },
      expiryDays: leastSet(settings.map((one) => ({ from: one.from, value: one.password.expiryDays }))),
    },
    lockout: {
      enabled: lockout !== undefined,
      attempts: lockout?.value ?? platform.lockoutAttempts,
      from: lockout?.from ?? null,
    },
    session: {
      idleMinutes: leastSet(settings.map((one) => ({ from: one.from, value: one.session.idleMinutes }))),
    },
    mfa: mfaPolicy(members, input),
  };
}

/** In the order of company ids, so that equal strictness is always put down to the same company. */
function membersOf({ account, memberships, companies }: PolicyInput): Member[] {
  const byId = new Map(companies.map((company) => [company.id, company]));
  return memberships
    .filter((one) => one.accountId === account.id && one.status === 'active')
    .flatMap((membership) => {
      const company = byId.get(membership.companyId);
      return company ? [{ membership, company }] : [];
    })
    .sort((a, b) => (a.company.id < b.company.id ? -1 : 1));
}

function mfaPolicy(members: readonly Member[], { signIn, now }: PolicyInput): MfaPolicy {
  // A's identity provider has asked for what A wants (E3); nobody else's wish is met by it, payments roles' least (C4).
  const asked = members.filter(({ company }) => signIn.kind === 'local' || company.id !== signIn.companyId);
  const payments = paymentsRole(members);
  const first = least([
    ...members
      .filter(({ membership }) => membership.payments !== undefined)
      .map(({ company }) => ({ value: 0, from: company.id })),
    ...asked
      .filter(({ company }) => company.settings.mfa.required)
      .map(({ company }) => ({ value: mfaStart(company), from: company.id })),
  ]);
  const offered = asked.some(({ company }) => company.settings.mfa.available);
  const alone = members.length === 0 && signIn.kind === 'local';
  return {
    available: offered || alone || first !== undefined,
    required: first !== undefined,
    enforced: first !== undefined && now >= first.value,
    enforcedFrom: first?.value ?? null,
    ...(first && { from: first.from }),
    payments,
    trust: payments === null ? trustRule(asked.map(({ company }) => company)) : null,
    methods: methodsFor(payments, signIn),
  };
}

/** Codes by e-mail are never for payments (C10), nor for whose mailbox and identity provider are one company's. */
function methodsFor(payments: MfaPolicy['payments'], signIn: SignInMethod): MfaPolicy['methods'] {
  if (payments === 'payor') return ['totp', 'passkey'];
  return payments === 'payee' || signIn.kind === 'sso'
    ? ['totp', 'sms', 'passkey']
    : ['totp', 'sms', 'passkey', 'email'];
}

function mfaStart({ settings: { mfa } }: Company): number {
  return mfa.enforcementDate === null ? 0 : enforcementInstant(mfa.enforcementDate, mfa.timeZone);
}

function paymentsRole(members: readonly Member[]): MfaPolicy['payments'] {
  const roles = members.map(({ membership }) => membership.payments);
  return roles.includes('payor') ? 'payor' : roles.includes('payee') ? 'payee' : null;
}

/** The smallest value; the first of equal ones. */
function least<F extends string | null>(
  values: readonly { value: number; from: F }[],
): { value: number; from: F } | undefined {
  return values.reduce<{ value: number; from: F } | undefined>(
    (best, one) => (best && best.value <= one.value ? best : one),
    undefined,
  );
}

/** The smallest value that is set; null when none is. */
function leastSet(values: readonly { value: number | null; from: string }[]): Ruled<number | null> {
  const set = values.flatMap(({ value, from }) => (value === null ? [] : [{ value, from }]));
  return least(set) ?? { value: null, from: null };
}
