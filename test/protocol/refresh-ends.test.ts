import * as oidc from 'openid-client';
import { refreshTokenOf, refusal, type Tokens, tokensFor } from '../support/endpoint.ts';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { logIn } from '../support/sign-in.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { person, world } from '../support/world.ts';

const MINUTE = 60_000;

describe('refresh tokens end with what they stand on', () => {
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  let clock: TravellingClock;
  beforeAll(async () => {
    clock = travellingClock();
    gatehouse = await startGatehouse({
      bootstrap: world({
        companies: [{ id: 'strict', name: 'Strict Steel', settings: { session: { idleMinutes: 30 } } }],
        accounts: [
          ...['gone', 'left', 'everywhere', 'hasty'].map((name) =>
            person(`${name}@other.example`, name, ['beta']),
          ),
          person('idle@other.example', 'Ida Idle', ['strict']),
        ],
      }),
      clock,
    });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(async () => {
    await gatehouse.stop();
    clock.restore();
  });

  const refresh = (tokens: Pick<Tokens, 'refresh_token'>) =>
    oidc.refreshTokenGrant(portal.configuration, refreshTokenOf(tokens));

  async function accountOf(email: string) {
    const account = await gatehouse.accounts.byEmail(email);
    if (!account) throw new Error(`no ${email}`);
    return account;
  }

  it('A6 X38 with the membership, and A’s company is not in new tokens', async () => {
    const tokens = await tokensFor(gatehouse, portal, 'left@other.example');
    const account = await accountOf('left@other.example');
    const membership = await gatehouse.companies.membership('beta', account.id);
    if (!membership) throw new Error('no membership');
    await gatehouse.companies.putMembership({ ...membership, status: 'inactive' }, { actor: 'system' });
    expect(await refusal(refresh(tokens))).toBe('invalid_grant');
    const claims = await oidc.fetchUserInfo(portal.configuration, tokens.access_token, account.id);
    expect(claims['company_id']).toBeUndefined();
  });

  it('X38 with the account’s deactivation, its access tokens too', async () => {
    const tokens = await tokensFor(gatehouse, portal, 'gone@other.example');
    const { id } = await accountOf('gone@other.example');
    await gatehouse.accounts.setStatus(id, 'inactive', { actor: 'system' });
    expect(await refusal(refresh(tokens))).toBe('invalid_grant');
    const me = await fetch(`${gatehouse.issuer}/me`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect(me.status).toBe(401);
  });

  it('X38 with "sign out everywhere": every browser has to log in again', async () => {
    const { person: browser, pending } = await logIn(gatehouse, portal, 'everywhere@other.example');
    const tokens = await portal.complete(pending, browser.arrivedAt);
    const { id } = await accountOf('everywhere@other.example');
    await gatehouse.accounts.raiseEpoch(id, 'signed-out-everywhere');
    expect(await refusal(refresh(tokens))).toBe('invalid_grant');
    const again = await portal.begin({ prompt: 'none' });
    await browser.open(again.url);
    expect(browser.arrivedAt?.searchParams.get('error')).toBe('login_required');
  });

  it('X38 a code that was on its way at that moment is worth nothing', async () => {
    const { person: browser, pending } = await logIn(gatehouse, portal, 'hasty@other.example');
    const { id } = await accountOf('hasty@other.example');
    await gatehouse.accounts.raiseEpoch(id, 'password-changed');
    expect(await refusal(portal.complete(pending, browser.arrivedAt))).toBe('invalid_grant');
  });

  it('H14 with the idle time of a strict company, where a refresh counts as activity', async () => {
    let tokens = await tokensFor(gatehouse, portal, 'idle@other.example');
    for (let passed = 0; passed < 60; passed += 20) {
      clock.advance(20 * MINUTE);
      tokens = { ...tokens, ...(await refresh(tokens)) };
    }
    clock.advance(31 * MINUTE);
    expect(await refusal(refresh(tokens))).toBe('invalid_grant');
  });

  it('H14 a session without idle time is not kept alive for ever: its absolute life ends them', async () => {
    let tokens = await tokensFor(gatehouse, portal, 'ada@other.example');
    for (let days = 0; days < 12; days += 6) {
      clock.advance(6 * 24 * 60 * MINUTE);
      tokens = { ...tokens, ...(await refresh(tokens)) };
    }
    clock.advance(3 * 24 * 60 * MINUTE);
    expect(await refusal(refresh(tokens))).toBe('invalid_grant');
  });
});
