import { enforcementInstant, type Membership, type SignInMethod } from '#companies';
import { company } from '../support/directory.ts';
import { local, member, policyOf } from '../support/policy-of-ada.ts';

const HOUR = 3_600_000;

describe('the strictest membership wins', () => {
  it('W14 each value names the company that it comes from', () => {
    const policy = policyOf([
      company('acme', {
        password: { minLength: 12 },
        lockout: { enabled: true, attempts: 5 },
        session: { idleMinutes: 60 },
      }),
      company('beta', {
        password: { minLength: 10, expiryDays: 90 },
        lockout: { enabled: true, attempts: 3 },
      }),
      company('gamma', { session: { idleMinutes: 15 }, mfa: { required: true } }),
    ]);
    expect(policy.password).toEqual({
      minLength: { value: 12, from: 'acme' },
      expiryDays: { value: 90, from: 'beta' },
    });
    expect(policy.lockout).toEqual({ enabled: true, attempts: 3, from: 'beta' });
    expect(policy.session).toEqual({ idleMinutes: { value: 15, from: 'gamma' } });
    expect(policy.mfa).toMatchObject({ required: true, enforced: true, enforcedFrom: 0, from: 'gamma' });
  });

  it('F1 H2 H14 without memberships the platform defaults hold', () => {
    expect(policyOf([])).toEqual({
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
        methods: ['totp', 'sms', 'passkey', 'email'],
      },
    });
  });

  it('invitations, ended memberships and other people do not count', () => {
    const strict = company('acme', { mfa: { required: true }, password: { minLength: 20 } });
    for (const more of [{ status: 'invited' }, { status: 'inactive' }, { accountId: 'bob' }] as const) {
      expect(policyOf([strict], [member('acme', more)])).toEqual(policyOf([]));
    }
  });

  it('H8 before its date MFA is required, not enforced; H2 of two dates the earlier counts', () => {
    const mfa = (enforcementDate: string) => ({ mfa: { required: true, enforcementDate, timeZone: 'UTC' } });
    const policy = policyOf([company('acme', mfa('2027-01-10')), company('beta', mfa('2027-01-01'))]);
    expect(policy.mfa).toMatchObject({ required: true, enforced: false, from: 'beta' });
    expect(policy.mfa.enforcedFrom).toBe(Date.parse('2027-01-01'));
  });

  it('H8 it is enforced from the very instant at which the day begins', () => {
    const mfa = { required: true, enforcementDate: '2027-01-01', timeZone: 'UTC' };
    const at = (instant: number) =>
      policyOf([company('acme', { mfa })], undefined, local, instant).mfa.enforced;
    const start = Date.parse('2027-01-01');
    expect([at(start - 1), at(start)]).toEqual([false, true]);
  });

  it('W14 of companies that are equally strict the first by id is named', () => {
    const settings = {
      password: { minLength: 12, expiryDays: 90 },
      lockout: { enabled: true, attempts: 3 },
      session: { idleMinutes: 15 },
      mfa: { required: true },
    };
    const { password, lockout, session, mfa } = policyOf([
      company('beta', settings),
      company('acme', settings),
    ]);
    const named = [password.minLength, password.expiryDays, lockout, session.idleMinutes, mfa];
    expect(named.map(({ from }) => from)).toEqual(Array(5).fill('acme'));
  });

  it('H13 trusted devices want every company that requires MFA, and last the fewest days', () => {
    const requiring = (id: string, trustedDeviceDays: number | null, trustedDevicesSince = 1) => ({
      ...company(id, { mfa: { required: true, trustedDeviceDays } }),
      trustedDevicesSince,
    });
    const [month, week] = [requiring('month', 30, 8), requiring('week', 7, 5)];
    expect(policyOf([month, week]).mfa.trust).toEqual({ days: 7, since: 8, from: 'week' });
    expect(policyOf([month, requiring('never', null)]).mfa.trust).toBeNull();
    // A company that does not require MFA has no say, either way.
    expect(policyOf([company('relaxed'), month]).mfa.trust).toMatchObject({ days: 30, from: 'month' });
    expect(policyOf([company('relaxed', { mfa: { trustedDeviceDays: 30 } })]).mfa.trust).toBeNull();
    expect(policyOf([month], [member('month', { payments: 'payee' })]).mfa.trust).toBeNull();
  });

  it('a date without "required" demands nothing', () => {
    const policy = policyOf([company('acme', { mfa: { required: false, enforcementDate: '2020-01-01' } })]);
    expect(policy.mfa).toMatchObject({ required: false, enforced: false, enforcedFrom: null });
  });
});

describe('single sign-on and payments', () => {
  const acme = company('acme', { mfa: { required: true } });
  const beta = company('beta', { mfa: { required: true } });
  const viaAcme: SignInMethod = { kind: 'sso', companyId: 'acme' };

  it("E3 signing in at acme's IdP replaces acme's MFA only", () => {
    expect(policyOf([acme], undefined, viaAcme).mfa).toMatchObject({
      available: false,
      required: false,
      enforced: false,
    });
    expect(policyOf([acme, beta], undefined, viaAcme).mfa).toMatchObject({ enforced: true, from: 'beta' });
  });

  it('signing in at an IdP leaves the other rules as they are', () => {
    const strict = company('acme', { password: { minLength: 20 }, session: { idleMinutes: 5 } });
    expect(policyOf([strict], undefined, viaAcme)).toMatchObject({
      password: { minLength: { value: 20 } },
      session: { idleMinutes: { value: 5 } },
    });
  });

  it('M1 M2 payors need an app at once, by SSO too', () => {
    const relaxed = company('acme', { mfa: { required: true, enforcementDate: '2030-01-01' } });
    for (const signIn of [local, viaAcme]) {
      expect(policyOf([relaxed], [member('acme', { payments: 'payor' })], signIn).mfa).toEqual({
        available: true,
        required: true,
        enforced: true,
        enforcedFrom: 0,
        from: 'acme',
        payments: 'payor',
        trust: null,
        methods: ['totp', 'passkey'],
      });
    }
  });

  it('C10 G31 codes by e-mail are for local log-ins without payments', () => {
    const methodsOf = (payments: Membership['payments'], signIn: SignInMethod) =>
      policyOf([acme, beta], [member('acme', payments ? { payments } : {})], signIn).mfa.methods;
    expect(methodsOf(undefined, local).at(-1)).toBe('email');
    for (const [payments, signIn] of [
      ['payee', local],
      ['payor', local],
      [undefined, viaAcme],
    ] as const)
      expect(methodsOf(payments, signIn)).not.toContain('email');
  });

  it('M3 payees may use SMS; payor and payee together is payor', () => {
    const both = [member('acme', { payments: 'payee' }), member('beta', { payments: 'payor' })];
    expect(policyOf([acme, beta], [both[0] as Membership]).mfa).toMatchObject({
      payments: 'payee',
      methods: ['totp', 'sms', 'passkey'],
    });
    expect(policyOf([acme, beta], both).mfa).toMatchObject({
      payments: 'payor',
      methods: ['totp', 'passkey'],
    });
  });
});

it('X43 the instant lies within a day of the same date in UTC', () => {
  for (const zone of Intl.supportedValuesOf('timeZone')) {
    const distance = enforcementInstant('2026-12-04', zone) - Date.parse('2026-12-04');
    expect(distance).toBeGreaterThanOrEqual(-14 * HOUR);
    expect(distance).toBeLessThanOrEqual(12 * HOUR);
  }
});
