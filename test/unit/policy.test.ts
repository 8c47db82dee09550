import fc from 'fast-check';
import {
  type Company,
  type EffectivePolicy,
  effectivePolicy,
  enforcementInstant,
  type Membership,
  type SignInMethod,
} from '#companies';
import { company } from '../support/directory.ts';

const HOUR = 3_600_000;
const account = { id: 'ada' };
const local: SignInMethod = { kind: 'local' };
const now = Date.parse('2026-11-22T12:00:00Z');

function member(companyId: string, more: Partial<Membership> = {}): Membership {
  const permissions = { companyAdmin: 'none', directory: 'none' } as const;
  return {
    id: `${companyId}:ada`,
    companyId,
    accountId: 'ada',
    status: 'active',
    permissions,
    createdAt: 1,
    ...more,
  };
}

function policyOf(
  companies: Company[],
  memberships = companies.map(({ id }) => member(id)),
  signIn = local,
  at = now,
) {
  return effectivePolicy({ account, memberships, companies, signIn, now: at });
}

describe('the enforcement instant', () => {
  const instant = (date: string, zone: string) => new Date(enforcementInstant(date, zone)).toISOString();

  it('C15 H7 begins with Friday 00:00 in New York, 14:00 in Tokyo', () => {
    expect(instant('2026-12-04', 'America/New_York')).toBe('2026-12-04T05:00:00.000Z');
    const companies = [
      company('acme', {
        mfa: { required: true, enforcementDate: '2026-12-04', timeZone: 'America/New_York' },
      }),
    ];
    const at = (time: string) => policyOf(companies, undefined, local, Date.parse(time)).mfa.enforced;
    expect(at('2026-12-04T13:59:59+09:00')).toBe(false);
    expect(at('2026-12-04T14:00:00+09:00')).toBe(true);
  });

  it.each([
    ['2026-03-08', 'America/New_York', '2026-03-08T05:00:00.000Z'],
    ['2026-03-09', 'America/New_York', '2026-03-09T04:00:00.000Z'],
    ['2026-11-01', 'America/New_York', '2026-11-01T04:00:00.000Z'],
    ['2026-11-02', 'America/New_York', '2026-11-02T05:00:00.000Z'],
    ['2026-12-04', 'Pacific/Kiritimati', '2026-12-03T10:00:00.000Z'],
    ['2026-12-04', 'Etc/GMT-14', '2026-12-03T10:00:00.000Z'],
    ['2026-12-04', 'Etc/GMT+12', '2026-12-04T12:00:00.000Z'],
    ['2026-12-04', 'Asia/Kathmandu', '2026-12-03T18:15:00.000Z'],
  ])('X43 %s in %s is %s', (date, zone, expected) => {
    expect(instant(date, zone)).toBe(expected);
  });

  it.each([
    ['midnight skipped by DST', '2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'],
    ['midnight skipped in Cairo', '2023-04-28', 'Africa/Cairo', '2023-04-27T22:00:00.000Z'],
    ['midnight that comes twice', '2026-11-01', 'America/Havana', '2026-11-01T04:00:00.000Z'],
    ['the whole day skipped', '2011-12-30', 'Pacific/Apia', '2011-12-30T10:00:00.000Z'],
  ])('X43 %s: the first instant of the day (%s %s)', (_, date, zone, expected) => {
    expect(instant(date, zone)).toBe(expected);
  });

  it('X43 in every zone the day begins where the calendar there turns', () => {
    const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'UTC' });
    const zones = Intl.supportedValuesOf('timeZone');
    const dates = fc.date({ min: new Date('2015-01-01'), max: new Date('2035-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(fc.constantFrom(...zones), dates, (timeZone, when) => {
        const date = day.format(when);
        const start = enforcementInstant(date, timeZone);
        const there = new Intl.DateTimeFormat('en-CA', { timeZone });
        expect(there.format(start) >= date).toBe(true);
        expect(there.format(start - 1000) < date).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('refuses zones and dates that do not exist', () => {
    expect(() => enforcementInstant('2026-12-04', 'Mars/Base')).toThrow(RangeError);
    expect(() => enforcementInstant('someday', 'UTC')).toThrow(RangeError);
  });
});

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
        methods: ['totp', 'sms'],
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
        methods: ['totp'],
      });
    }
  });

  it('M3 payees may use SMS; payor and payee together is payor', () => {
    const both = [member('acme', { payments: 'payee' }), member('beta', { payments: 'payor' })];
    expect(policyOf([acme, beta], [both[0] as Membership]).mfa).toMatchObject({
      payments: 'payee',
      methods: ['totp', 'sms'],
    });
    expect(policyOf([acme, beta], both).mfa).toMatchObject({ payments: 'payor', methods: ['totp'] });
  });
});

const settings = fc.record({
  password: fc.record({
    minLength: fc.integer({ min: 8, max: 20 }),
    expiryDays: fc.option(fc.integer({ min: 1, max: 400 })),
  }),
  lockout: fc.record({ enabled: fc.boolean(), attempts: fc.integer({ min: 3, max: 10 }) }),
  session: fc.record({ idleMinutes: fc.option(fc.integer({ min: 5, max: 100 })) }),
  mfa: fc.record({
    available: fc.boolean(),
    required: fc.boolean(),
    enforcementDate: fc.option(fc.constantFrom('2026-11-21', '2026-11-22', '2026-11-23', '2027-06-01')),
    timeZone: fc.constantFrom('UTC', 'Pacific/Kiritimati', 'Etc/GMT+12', 'America/New_York'),
  }),
});
const people = fc
  .array(fc.tuple(settings, fc.option(fc.constantFrom('payor', 'payee'), { nil: undefined })), {
    minLength: 1,
    maxLength: 6,
  })
  .map((all) =>
    all.map(([one, payments], index) => ({
      company: company(`c${index}`, one),
      membership: member(`c${index}`, payments ? { payments } : {}),
    })),
  );
const signIns = fc.constantFrom<SignInMethod>(
  local,
  { kind: 'sso', companyId: 'c0' },
  { kind: 'sso', companyId: 'x' },
);
type People = { company: Company; membership: Membership }[];
const of = (all: People, signIn: SignInMethod) =>
  policyOf(
    all.map((one) => one.company),
    all.map((one) => one.membership),
    signIn,
  );

describe('for all memberships', () => {
  it('X42 adding a membership never weakens', () => {
    const never = Number.POSITIVE_INFINITY;
    const strictness = ({ password, lockout, session, mfa }: EffectivePolicy) => [
      password.minLength.value,
      -(password.expiryDays.value ?? never),
      lockout.enabled ? -lockout.attempts : -never,
      -(session.idleMinutes.value ?? never),
      Number(mfa.available),
      Number(mfa.required),
      Number(mfa.enforced),
      -(mfa.enforcedFrom ?? never),
      -mfa.methods.length,
    ];
    fc.assert(
      fc.property(people, signIns, (all, signIn) => {
        const less = strictness(of(all.slice(0, -1), signIn));
        const more = strictness(of(all, signIn));
        // "May enrol" with no company at all is the platform's offer, no rule of a company.
        if (all.length === 1) less[4] = 0;
        for (const [index, value] of more.entries())
          expect(value).toBeGreaterThanOrEqual(less[index] as number);
      }),
    );
  });

  it('X42 their order never matters', () => {
    fc.assert(
      fc.property(people, signIns, fc.infiniteStream(fc.nat()), (all, signIn, order) => {
        const shuffled = [...all]
          .map((one) => ({ one, rank: order.next().value }))
          .sort((a, b) => a.rank - b.rank);
        expect(
          of(
            shuffled.map(({ one }) => one),
            signIn,
          ),
        ).toEqual(of(all, signIn));
      }),
    );
  });

  it('X42 each value is one that its company really asks for', () => {
    fc.assert(
      fc.property(people, (all) => {
        const policy = of(all, local);
        const said = (id: string | null) => all.find((one) => one.company.id === id)?.company.settings;
        const { minLength, expiryDays } = policy.password;
        if (minLength.from) expect(said(minLength.from)?.password.minLength).toBe(minLength.value);
        if (expiryDays.from) expect(said(expiryDays.from)?.password.expiryDays).toBe(expiryDays.value);
        if (policy.lockout.from)
          expect(said(policy.lockout.from)?.lockout).toMatchObject({
            enabled: true,
            attempts: policy.lockout.attempts,
          });
        expect(policy.mfa.enforced).toBe(policy.mfa.enforcedFrom !== null && policy.mfa.enforcedFrom <= now);
      }),
    );
  });
});

it('X43 the instant lies within a day of the same date in UTC', () => {
  for (const zone of Intl.supportedValuesOf('timeZone')) {
    const distance = enforcementInstant('2026-12-04', zone) - Date.parse('2026-12-04');
    expect(distance).toBeGreaterThanOrEqual(-14 * HOUR);
    expect(distance).toBeLessThanOrEqual(12 * HOUR);
  }
});
