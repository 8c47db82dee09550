import fc from 'fast-check';
import type { Facts } from '../../src/interactions/facts.ts';
import { JOURNEYS } from '../../src/interactions/journeys.ts';
import { mayVisit, nextStep } from '../../src/interactions/next-step.ts';
import { outcomeOf } from '../../src/interactions/outcome.ts';
import {
  enrolledWith,
  factsWith,
  invitedToAcme,
  localPolicy,
  passwordProof,
  sessionSignIn,
  ssoProof,
  ssoRoute,
} from '../support/journey-facts.ts';

describe('the log-in journey as a table', () => {
  const table: [string, Partial<Facts>, string][] = [
    ['asks for the address first (B2)', {}, 'identify'],
    ['then for the password', { route: { outcome: 'local' } }, 'password'],
    ['sends people of an SSO-targeted domain to their IdP (B6, E1)', { route: ssoRoute }, 'federate'],
    [
      'never falls back to a password when the IdP is unusable (W1)',
      { route: { outcome: 'unavailable', company: ssoRoute.company } },
      'federation-problem',
    ],
    ['is done after the password when nothing else is owed', { ...passwordProof() }, 'done'],
    [
      'challenges whoever has enrolled (H16)',
      { ...passwordProof(), enrolled: enrolledWith('totp', 'recovery') },
      'authenticator-code',
    ],
    [
      'lets whoever has two methods choose (H18)',
      { ...passwordProof(), enrolled: enrolledWith('totp', 'sms') },
      'choose-method',
    ],
    [
      'asks a payor for the app alone (M2)',
      {
        ...passwordProof(),
        enrolled: enrolledWith('totp', 'sms'),
        policy: localPolicy({ payments: 'payor' }),
      },
      'authenticator-code',
    ],
    [
      'asks a payee with a number abroad for the app alone (G7)',
      {
        ...passwordProof(),
        enrolled: enrolledWith('totp', 'sms'),
        phoneCountry: 'FR',
        policy: localPolicy({ payments: 'payee' }),
      },
      'authenticator-code',
    ],
    [
      'asks for a code by e-mail where that is the one method (G31)',
      { ...passwordProof(), enrolled: enrolledWith('email') },
      'email-code',
    ],
    [
      'asks a mailbox that has reset the password for something else, not for its code (I10)',
      { ...passwordProof(), enrolled: enrolledWith('email', 'recovery'), passwordByMail: true },
      'choose-method',
    ],
    [
      'asks beside a password by mail for the app alone (I10)',
      { ...passwordProof(), enrolled: enrolledWith('email', 'totp'), passwordByMail: true },
      'authenticator-code',
    ],
    [
      'lets that mailbox set up nothing on the strength of itself (X34)',
      {
        ...passwordProof(),
        enrolled: enrolledWith('email'),
        passwordByMail: true,
        policy: localPolicy({ required: true, enforced: true }),
      },
      'choose-method',
    ],
    [
      'asks a payee for the e-mail code they have, then for a better method (C10, X34)',
      {
        ...passwordProof(),
        enrolled: enrolledWith('email'),
        policy: localPolicy({ payments: 'payee' }),
        factor: { accountId: 'ada', epoch: 1, at: 5_000_000, kind: 'email' },
      },
      'enrolment-required',
    ],
    [
      'makes people enrol once it is enforced (G13)',
      { ...passwordProof(), policy: localPolicy({ required: true, enforced: true }) },
      'enrolment-required',
    ],
    [
      'offers enrolment before the deadline (G25)',
      { ...passwordProof(), policy: localPolicy({ required: true, enforced: false }) },
      'enrolment-required',
    ],
    [
      'wants an expired password changed (C-8)',
      { ...passwordProof(), passwordDue: 'expired' },
      'new-password',
    ],
    ['asks for the terms (A13)', { ...passwordProof(), termsOwed: true }, 'terms'],
    ['asks third-party clients consent', { ...passwordProof(), consentOwed: true }, 'consent'],
    [
      'is done after the IdP (E3, E6)',
      { ...ssoProof(), policy: localPolicy({ required: true, enforced: false }) },
      'done',
    ],
    ['is done for a session that is good enough', { ...sessionSignIn() }, 'done'],
  ];
  it.each(table)('%s', (_story, facts, step) => {
    expect(nextStep(factsWith(facts))).toBe(step);
  });

  it('A16 asks for a company with two memberships, not with one, and not when it is chosen', () => {
    const two = factsWith({ ...passwordProof(), memberships: [member('a'), member('b')] });
    expect(nextStep(two)).toBe('company');
    expect(nextStep({ ...two, chosenCompanyId: 'a' })).toBe('done');
    expect(nextStep(factsWith({ ...passwordProof(), memberships: [member('a')] }))).toBe('done');
  });

  it('A17 asks again on prompt=select_account', () => {
    const facts = factsWith({
      ...sessionSignIn(),
      memberships: [member('a'), member('b')],
      chosenCompanyId: 'a',
    });
    expect(nextStep(facts)).toBe('done');
    expect(nextStep({ ...facts, prompts: new Set(['select_account']) })).toBe('company');
  });

  it('asks another company’s second factor after SSO once that company is chosen', () => {
    const facts = factsWith({ ...ssoProof(), policy: localPolicy({ required: true, enforced: true }) });
    expect(nextStep(facts)).toBe('enrolment-required');
  });

  it('steps up with the factor alone when only the acr is missing, and keeps auth_time', () => {
    const base = factsWith({ ...sessionSignIn(), enrolled: enrolledWith('totp', 'recovery') });
    const facts = {
      ...base,
      pending: {
        ...base.pending,
        requestedAcr: ['urn:gatehouse:acr:mfa'],
        prompt: { name: 'login', reasons: ['acr_unmet'] },
      },
    };
    expect(nextStep(facts)).toBe('authenticator-code');
    const factor = { kind: 'totp' as const, accountId: 'ada', epoch: 1, at: facts.now };
    const proven = { ...facts, factor };
    expect(nextStep(proven)).toBe('done');
    expect(outcomeOf(proven).login).toMatchObject({ ts: 1_000, acr: 'urn:gatehouse:acr:mfa-app' });
  });

  it('X23 a second factor takes nothing from a sign-in that has earned more', () => {
    const { primary, ...session } = sessionSignIn();
    if (primary?.kind !== 'session') throw new Error('no session');
    const phr = { ...primary, signIn: { ...primary.signIn, acr: 'phr' } };
    const factor = { kind: 'totp' as const, accountId: 'ada', epoch: 1, at: 5_000_000 };
    expect(outcomeOf(factsWith({ ...session, primary: phr, factor })).login?.acr).toBe('phr');
  });

  it('G25 set-up is not offered at a later prompt of a request whose log-in is over', () => {
    const facts = factsWith({ ...passwordProof(), policy: localPolicy({ required: true }) });
    expect(nextStep(facts)).toBe('enrolment-required');
    const prompt = { name: 'terms', reasons: ['terms_owed'] };
    expect(nextStep({ ...facts, pending: { ...facts.pending, prompt } })).toBe('done');
  });

  it('H13 a trusted device spares the second factor at a plain log-in, not where a company is joined', () => {
    const trust = { days: 30, since: 0, from: 'acme' };
    const facts = factsWith({
      ...passwordProof(),
      trusted: true,
      enrolled: enrolledWith('totp'),
      policy: localPolicy({ required: true, enforced: true, trust }),
    });
    expect(nextStep(facts)).toBe('done');
    const { progress } = facts;
    const joining = { invited: invitedToAcme(), progress: { ...progress, joining: true as const } };
    expect(nextStep({ ...facts, ...joining })).toBe('authenticator-code');
  });

  it('J4 a recovery code meets company policy and earns no more than the password', () => {
    const factor = { kind: 'recovery' as const, accountId: 'ada', epoch: 1, at: 5_000_000 };
    const facts = factsWith({
      ...passwordProof(),
      factor,
      policy: localPolicy({ required: true, enforced: true }),
    });
    expect(nextStep(facts)).toBe('done');
    expect(outcomeOf(facts).login).toMatchObject({
      acr: 'urn:gatehouse:acr:password',
      amr: ['pwd', 'recovery'],
      secondFactor: true,
      factorProven: false,
    });
  });

  it('G31 a code by e-mail earns mfa, and never opens payments (C10)', () => {
    const factor = { kind: 'email' as const, accountId: 'ada', epoch: 1, at: 5_000_000 };
    const login = outcomeOf(factsWith({ ...passwordProof(), enrolled: enrolledWith('email'), factor })).login;
    expect(login).toMatchObject({ acr: 'urn:gatehouse:acr:mfa', amr: ['pwd', 'email', 'mfa'] });
    for (const payments of [null, 'payee', 'payor'] as const) {
      const facts = factsWith({ ...passwordProof(), factor, policy: localPolicy({ payments }) });
      expect(outcomeOf(facts).login?.factorProven).toBe(false);
    }
  });

  it('I10 X34 the mailbox that reset the password reaches no page of its code, and none to set up a method', () => {
    const anything = fc.record({
      kinds: fc.subarray(['email', 'recovery'] as const),
      policy: fc
        .record({
          required: fc.boolean(),
          enforced: fc.boolean(),
          payments: fc.constantFrom(null, 'payor' as const, 'payee' as const),
        })
        .map((mfa) => localPolicy({ ...mfa, methods: ['totp', 'sms', 'passkey', 'email'] })),
      enrolment: fc.constantFrom(undefined, 'select' as const, 'email' as const, 'setup' as const),
      requested: fc.subarray(['urn:gatehouse:acr:mfa', 'urn:gatehouse:acr:mfa-app', 'phr']),
    });
    fc.assert(
      fc.property(anything, ({ kinds, policy, enrolment, requested }) => {
        const base = factsWith({ ...passwordProof(), policy, passwordByMail: true });
        const facts = {
          ...base,
          enrolled: enrolledWith('email', ...kinds),
          pending: { ...base.pending, requestedAcr: requested },
          progress: { ...base.progress, ...(enrolment && { enrolment }) },
        };
        const pages = JOURNEYS.map(({ step }) => step).filter((step) => mayVisit(step, facts));
        expect([...new Set(pages)]).toEqual(['choose-method']);
      }),
    );
  });

  it('X26 is never done without a primary proof, whatever else is there', () => {
    const anything = fc.record({
      termsOwed: fc.boolean(),
      consentOwed: fc.boolean(),
      passwordDue: fc.constantFrom(undefined, 'expired' as const, 'temporary' as const),
      chosenCompanyId: fc.constantFrom(undefined, 'a'),
      factor: fc.constantFrom(undefined, {
        kind: 'totp' as const,
        accountId: 'ada',
        epoch: 1,
        at: 5_000_000,
      }),
      route: fc.constantFrom(undefined, { outcome: 'local' as const }, ssoRoute),
      enrolled: fc.subarray(['totp', 'sms', 'recovery'] as const).map((kinds) => enrolledWith(...kinds)),
    });
    fc.assert(
      fc.property(anything, (some) => {
        const facts = factsWith(some);
        return nextStep(facts) !== 'done' && outcomeOf(facts).login === undefined;
      }),
    );
  });

  it('X26 lets nobody turn to a page out of order', () => {
    const beforePassword = factsWith({ route: { outcome: 'local' } });
    for (const { step } of JOURNEYS) {
      expect(mayVisit(step, beforePassword)).toBe(step === 'password' || step === 'identify');
    }
  });
});

function member(companyId: string) {
  return {
    id: `${companyId}:ada`,
    companyId,
    accountId: 'ada',
    status: 'active' as const,
    permissions: { companyAdmin: 'none' as const, directory: 'none' as const },
    createdAt: 0,
  };
}
