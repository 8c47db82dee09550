import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import type { StepName } from '#interactions';
import { createSecretBox } from '#kernel';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { PASSWORD, world } from '../support/world.ts';

const SECRET_KEY = 'no-shortcuts-test-key-0123456789-0123456789';

/** Everything but a proof that the attacker can't have: a code of the app, or a recovery code. */
const FORMS: Record<StepName, readonly Record<string, string>[]> = {
  identify: ['ada', 'tess', 'max', 'duo'].map((name) => ({ email: `${name}@other.example` })),
  password: [{ password: PASSWORD }],
  federate: [{}],
  'federation-problem': [{}],
  'choose-method': [{}],
  'authenticator-code': [{ code: '000000' }, { code: '' }],
  passkey: [{ passkey: '' }, { passkey: '{}' }],
  'passkey-setup': [{ name: 'Mine', passkey: '{}' }],
  'sms-code': [{ code: '000000' }, { choice: 'resend' }],
  'sms-setup': [{ country: 'US', phone: '2025550143' }],
  'sms-setup-code': [{ code: '000000' }, { choice: 'resend' }],
  'email-code': [{ code: '000000' }, { choice: 'resend' }],
  'email-setup': [{ code: '000000' }, { choice: 'resend' }],
  'recovery-code': [{ code: '0'.repeat(32) }, { code: '' }],
  'enrolment-required': [{ choice: 'later' }, { choice: 'setup' }],
  'select-method': [{ method: 'totp' }, { method: 'sms' }, { method: 'email' }],
  'authenticator-setup': [{ code: '000000' }, { code: '' }],
  'new-password': [{ password: 'Taken-Over-1', confirm: 'Taken-Over-1' }],
  'save-recovery-code': [{ saved: 'yes' }],
  'replace-method': [{ choice: 'skip' }, { choice: 'setup' }],
  terms: [{ agree: 'yes' }],
  company: ['acme', 'beta', 'gamma'].map((company) => ({ company })),
  consent: [{ decision: 'accept' }],
  'create-password': [{ password: 'Taken-Over-1', confirm: 'Taken-Over-1' }],
  'invitation-conflict': [{ choice: 'switch' }, { choice: 'cancel' }],
  join: [{ choice: 'join' }],
};

type Move =
  | { kind: 'post'; step: StepName; form: Record<string, string> }
  | { kind: 'get'; step: StepName }
  /** Straight to where a finished interaction goes on. */
  | { kind: 'resume' };

const step = fc.constantFrom(...(Object.keys(FORMS) as StepName[]));
const post = (name: StepName): fc.Arbitrary<Move> =>
  fc.constantFrom(...FORMS[name]).map((form) => ({ kind: 'post', step: name, form }));
const move: fc.Arbitrary<Move> = fc.oneof(
  // What a person does comes up more often, so that the walk gets further than the first page.
  { weight: 2, arbitrary: post('identify') },
  { weight: 3, arbitrary: post('password') },
  { weight: 5, arbitrary: step.chain(post) },
  { weight: 1, arbitrary: step.map((name): Move => ({ kind: 'get', step: name })) },
  { weight: 1, arbitrary: fc.constant<Move>({ kind: 'resume' }) },
);

describe('the steps of a log-in in any order', () => {
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    gatehouse = await startGatehouse({
      bootstrap: world(),
      env: { SECRET_KEYS: SECRET_KEY, LIMIT_LOGINS_PER_MINUTE: '100000' },
    });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(() => gatehouse.stop());

  const [csrfKey = ''] = createSecretBox([SECRET_KEY]).keysFor('csrf');

  /** The attacker has every form's token without ever being shown the form. */
  async function tokenFor(person: JourneyBrowser, path: string): Promise<string> {
    const cookies = await person.jar.getCookies(gatehouse.issuer);
    const browser = cookies.find(({ key }) => key === 'gh_browser')?.value ?? '';
    return createHmac('sha256', csrfKey).update(`${browser}\n${path}`).digest('base64url');
  }

  async function make(person: JourneyBrowser, uid: string, { kind, ...rest }: Move): Promise<void> {
    if (kind === 'resume') return void (await person.open(`${gatehouse.issuer}/auth/${uid}`));
    const { step: name, form = {} } = rest as { step: StepName; form?: Record<string, string> };
    const path = `/interaction/${uid}/${name}`;
    if (kind === 'get') return void (await person.open(gatehouse.issuer + path));
    const csrf = await tokenFor(person, path);
    const headers = { origin: gatehouse.issuer };
    await person.post(gatehouse.issuer + path, { ...form, csrf }, headers);
    expect([person.status, person.url.pathname]).not.toEqual([403, path]);
  }

  it('X26 never give a code without the proofs', async () => {
    let arrivals = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(move, { minLength: 2, maxLength: 12 }), async (moves) => {
        const pending = await portal.begin();
        const person = await new JourneyBrowser([gatehouse.issuer]).open(pending.url);
        for (const one of moves) {
          const uid = /^\/interaction\/([^/]+)/.exec(person.url.pathname)?.[1];
          if (!uid) break;
          await make(person, uid, one);
        }
        if (!person.arrivedAt?.searchParams.has('code')) return;
        arrivals++;
        const claims = (await portal.complete(pending, person.arrivedAt)).claims();
        // Those who owe no second factor; never tess, who has enrolled, or max, who must.
        expect(['ada@other.example', 'duo@other.example']).toContain(claims?.['email']);
        expect(claims?.['acr']).toBe('urn:gatehouse:acr:password');
      }),
      { numRuns: 50 },
    );
    // Otherwise it would show nothing.
    expect(arrivals).toBeGreaterThan(0);
  });

  it('X26 left the victims’ passwords and factors as they were', async () => {
    for (const name of ['tess', 'max']) {
      const account = await gatehouse.accounts.byEmail(`${name}@other.example`);
      if (!account) throw new Error('nobody');
      const { credentials } = gatehouse;
      expect((await credentials.totp.status(account.id)).enrolled).toBe(name === 'tess');
      const verdict = await credentials.passwords.verify({ account, password: PASSWORD, origin: {} });
      expect(verdict.outcome).toBe('ok');
    }
  });
});
