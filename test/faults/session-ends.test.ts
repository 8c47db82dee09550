import { refreshTokenGrant, tokenIntrospection } from 'openid-client';
import type { Account } from '#accounts';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { logIn } from '../support/sign-in.ts';
import { person as entry, TOTP_SECRET, totpCode, world } from '../support/world.ts';

const CODE = 'Enter Your 6-digit Verification Code';
const NEW_PASSWORD = 'Another-Horse-8';

describe('what ends a sign-in', () => {
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    const people = ['reset', 'off', 'factor', 'address', 'everywhere'];
    gatehouse = await startGatehouse({
      bootstrap: world({
        accounts: people.map((name) =>
          entry(`${name}@other.example`, name, ['beta'], { totpSecret: TOTP_SECRET }),
        ),
      }),
    });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(() => gatehouse.stop());

  async function resetPassword({ email }: Account): Promise<void> {
    const person = await new JourneyBrowser([gatehouse.issuer]).open(`${gatehouse.issuer}/forgot-password`);
    await person.fill('Email', email).press('Submit');
    const mail = (await gatehouse.sentMessages()).find(
      ({ to, text }) => to === email && text.includes('token='),
    );
    await person.open(/^http\S+$/m.exec(mail?.text ?? '')?.[0] ?? '');
    await person.fill('Password', NEW_PASSWORD).fill('Confirm', NEW_PASSWORD).press('Reset Password');
  }

  const events: [string, string, (account: Account) => Promise<unknown>][] = [
    ['a password reset', 'reset', resetPassword],
    ['deactivation', 'off', ({ id }) => gatehouse.accounts.setStatus(id, 'inactive', { actor: 'system' })],
    ['a changed factor', 'factor', ({ id }) => gatehouse.accounts.raiseEpoch(id, 'factor-changed')],
    [
      'a changed address',
      'address',
      ({ id }) =>
        gatehouse.accounts.changeEmail(id, 'address.new@other.example', { actor: 'system', verified: true }),
    ],
    [
      '"sign out everywhere"',
      'everywhere',
      ({ id }) => gatehouse.accounts.raiseEpoch(id, 'signed-out-everywhere'),
    ],
  ];

  it.each(
    events,
  )('X38 %s ends it at every entrance, and the log-in under way', async (_what, name, happen) => {
    const email = `${name}@other.example`;
    const { person, pending } = await logIn(gatehouse, portal, email, { totpSecret: TOTP_SECRET });
    const tokens = await portal.complete(pending, person.arrivedAt);
    const underWay = await logIn(gatehouse, portal, email);
    expect(underWay.person.hasLabel(CODE)).toBe(true);
    const account = await gatehouse.accounts.byEmail(email);
    if (!account) throw new Error('no such account');

    await happen(account);

    const silent = await portal.begin({ prompt: 'none' });
    await person.open(silent.url);
    expect(person.arrivedAt?.searchParams.get('error')).toBe('login_required');
    const refused = refreshTokenGrant(portal.configuration, tokens.refresh_token ?? '');
    await expect(refused).rejects.toMatchObject({ error: 'invalid_grant' });
    const userinfo = await fetch(`${gatehouse.issuer}/me`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect(userinfo.status).toBe(401);
    expect(await tokenIntrospection(portal.configuration, tokens.access_token)).toEqual({ active: false });
    await underWay.person.fill(CODE, await totpCode(Date.now() + 30_000)).press('Continue');
    expect(underWay.person.arrivedAt).toBeUndefined();
    expect(underWay.person.hasLabel(CODE)).toBe(false);
  });
});
