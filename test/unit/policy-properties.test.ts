import fc from 'fast-check';
import type { Company, EffectivePolicy, Membership, SignInMethod } from '#companies';
import { company } from '../support/directory.ts';
import { local, member, now, policyOf } from '../support/policy-of-ada.ts';

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
    trustedDeviceDays: fc.option(fc.integer({ min: 1, max: 90 })),
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
      // Without a company that requires MFA none can allow trusted devices, and nothing is enforced.
      mfa.required ? -(mfa.trust?.days ?? 0) : -never,
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
