import type { EffectivePolicy } from '#companies';
import { companySchema } from '#companies';
import { connectionSchema } from '#federation';
import type { Facts } from '../../src/interactions/facts.ts';

const NOW = 5_000_000;

const account = {
  id: 'ada',
  email: 'ada@other.example',
  emailNormalized: 'ada@other.example',
  emailVerified: true,
  name: 'Ada',
  status: 'active' as const,
  epoch: 1,
  createdAt: 0,
  updatedAt: 0,
};

/** Facts of a log-in at which nothing happened yet, with what the test says otherwise. */
export function factsWith(some: Partial<Facts>): Facts {
  return {
    now: NOW,
    pending: {
      prompt: { name: 'login', reasons: ['no_session'] },
      requestedAcr: [],
      session: undefined,
      settled: {},
      wantsFreshFactor: false,
      params: {},
      client: { clientId: 'portal', firstParty: true, payments: false, ownPage: false },
    },
    prompts: new Set<string>(),
    progress: { cid: 'c', browser: 'b', secrets: {}, expiresAt: NOW + 1 },
    route: undefined,
    primary: undefined,
    factor: undefined,
    account: undefined,
    memberships: [],
    companies: [],
    policy: localPolicy({}),
    chosenCompanyId: undefined,
    enrolled: enrolledWith(),
    lastUsed: undefined,
    phoneCountry: undefined,
    trusted: false,
    passwordByMail: false,
    passwordDue: undefined,
    invited: undefined,
    creates: false,
    termsOwed: false,
    consentOwed: false,
    ...some,
  };
}

export function enrolledWith(...kinds: (keyof Facts['enrolled'])[]): Facts['enrolled'] {
  const having = (kind: keyof Facts['enrolled']) => kinds.includes(kind);
  return {
    totp: having('totp'),
    sms: having('sms'),
    email: having('email'),
    passkey: having('passkey'),
    recovery: having('recovery'),
  };
}

export function localPolicy(mfa: Partial<EffectivePolicy['mfa']>): EffectivePolicy {
  return {
    password: { minLength: { value: 8, from: null }, expiryDays: { value: null, from: null } },
    lockout: { enabled: false, attempts: 3, from: null },
    session: { idleMinutes: { value: null, from: null } },
    mfa: {
      available: true,
      required: false,
      enforced: false,
      enforcedFrom: null,
      payments: null,
      trust: null,
      methods: ['totp', 'sms'],
      ...mfa,
    },
  };
}

export function passwordProof(): Partial<Facts> {
  const primary = { kind: 'password' as const, accountId: 'ada', epoch: 1, at: NOW, version: 1 };
  return { route: { outcome: 'local' }, primary, account };
}

export const ssoRoute = {
  outcome: 'sso' as const,
  connection: connectionSchema.parse({
    id: 'acme-idp',
    companyId: 'acme',
    name: 'Acme',
    protocol: 'oidc',
    issuer: 'https://idp.example',
    clientId: 'x',
    clientSecret: 'y',
    createdAt: 0,
    updatedAt: 0,
  }),
  domain: {
    domain: 'acme.example',
    companyId: 'acme',
    verified: true,
    ssoTargeted: true,
    connectionId: 'acme-idp',
  },
  company: companySchema.parse({ id: 'acme', name: 'Acme', settings: {}, createdAt: 0, updatedAt: 0 }),
};

/** Of ada, who has an account, into acme. */
export function invitedToAcme(): NonNullable<Facts['invited']> {
  const invitation = {
    id: 'acme:ada',
    companyId: 'acme',
    email: account.email,
    address: account.emailNormalized,
    permissions: { companyAdmin: 'none' as const, directory: 'none' as const },
    ...{ tokenHashes: [], validUntil: NOW + 1, expiresAt: NOW + 1, invitedBy: 'admin', createdAt: 0 },
    mails: { day: 0, count: 1, lastAt: 0 },
  };
  return { invitation, company: ssoRoute.company, isNew: false };
}

export function ssoProof(): Partial<Facts> {
  const primary = {
    kind: 'sso' as const,
    accountId: 'ada',
    epoch: 1,
    at: NOW,
    connectionId: 'acme-idp',
    companyId: 'acme',
    acr: 'urn:gatehouse:acr:sso',
    amr: [],
  };
  return { route: ssoRoute, primary, account };
}

export function sessionSignIn(): Partial<Facts> {
  const signIn = {
    uid: 's',
    accountId: 'ada',
    epoch: 1,
    acr: 'urn:gatehouse:acr:password',
    amr: ['pwd'],
    loginTs: 1_000,
    startedAt: 1_000,
    signIn: { kind: 'local' as const },
    secondFactor: false,
    companies: {},
  };
  return {
    primary: { kind: 'session', signIn },
    account,
    pending: {
      ...factsWith({}).pending,
      prompt: { name: 'company', reasons: ['company_owed'] },
      session: signIn,
    },
  };
}
