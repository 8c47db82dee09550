import * as jose from 'jose';
import * as oidc from 'openid-client';
import { type BackChannelListener, startBackChannelListener } from '../support/back-channel-listener.ts';
import { payloadOf, refreshTokenOf, refusal } from '../support/endpoint.ts';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { client } from '../support/protocol-clients.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { logIn } from '../support/sign-in.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { person as entry, world } from '../support/world.ts';

describe('back-channel log-out', () => {
  let gatehouse: TestGatehouse;
  let listener: BackChannelListener;
  let party: RelyingParty;
  let clock: TravellingClock;
  beforeAll(async () => {
    clock = travellingClock();
    listener = await startBackChannelListener();
    gatehouse = await startGatehouse({
      bootstrap: world({
        // Each test has its person: what ends one's sessions tells of all of them.
        accounts: ['leaves', 'ended', 'unheard', 'robbed'].map((name) =>
          entry(`${name}@other.example`, 'Nell Noted', ['beta']),
        ),
        clients: [
          client('notified', {
            backchannel_logout_uri: listener.uri,
            backchannel_logout_session_required: true,
          }),
        ],
      }),
      clock,
    });
    party = await relyingParty(gatehouse.issuer, { clientId: 'notified', clientSecret: 'notified-secret' });
  });
  afterAll(async () => {
    await gatehouse.stop();
    await listener.stop();
    clock.restore();
  });
  beforeEach(() => {
    listener.answerWith(200);
    listener.tokens.length = 0;
  });

  async function signIn(name: string) {
    const { person, pending } = await logIn(gatehouse, party, `${name}@other.example`);
    const tokens = await party.complete(pending, person.arrivedAt);
    return { person, tokens, claims: payloadOf(tokens.id_token ?? '') };
  }

  it('B16 a log-out here is told to the relying party with a valid log-out token', async () => {
    const { person, claims } = await signIn('leaves');
    await (await person.open(`${gatehouse.issuer}/session/end`)).press('Log Out');
    await gatehouse.settle();
    expect(listener.tokens).toHaveLength(1);
    const keys = jose.createRemoteJWKSet(new URL(`${gatehouse.issuer}/jwks`));
    const { payload } = await jose.jwtVerify(listener.tokens[0] ?? '', keys, {
      issuer: gatehouse.issuer,
      audience: 'notified',
      typ: 'logout+jwt',
      requiredClaims: ['iat', 'exp', 'jti'],
    });
    expect(payload).toMatchObject({
      sub: claims['sub'],
      sid: claims['sid'],
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    });
    expect(payload).not.toHaveProperty('nonce');
    expect(payload).not.toHaveProperty('email');
  });

  it('X38 a session that we end ourselves is told of too, once', async () => {
    const { claims } = await signIn('ended');
    await gatehouse.accounts.raiseEpoch(String(claims['sub']), 'password-changed');
    await gatehouse.settle();
    expect(listener.tokens.map((token) => payloadOf(token)['sid'])).toEqual([claims['sid']]);
  });

  it('a relying party that is down is told when it is up again, with a token of that moment', async () => {
    const { person } = await signIn('unheard');
    listener.answerWith(503);
    await (await person.open(`${gatehouse.issuer}/session/end`)).press('Log Out');
    await gatehouse.settle();
    listener.answerWith(200);
    await gatehouse.settle();
    expect(listener.tokens).toHaveLength(0);
    clock.advance(5 * 60_000);
    await gatehouse.settle();
    expect(listener.tokens).toHaveLength(1);
    expect(payloadOf(listener.tokens[0] ?? '')['iat']).toBeGreaterThan(clock.now() / 1000 - 60);
  });

  it('X18 after a stolen refresh token the relying party is told as well', async () => {
    const { tokens, claims } = await signIn('robbed');
    const first = refreshTokenOf(tokens);
    await oidc.refreshTokenGrant(party.configuration, first);
    clock.advance(11_000);
    expect(await refusal(oidc.refreshTokenGrant(party.configuration, first))).toBe('invalid_grant');
    await gatehouse.settle();
    expect(listener.tokens.map((token) => payloadOf(token)['sid'])).toEqual([claims['sid']]);
  });

  it('relying parties without an address for notices leave no work behind', async () => {
    const portal = await relyingParty(gatehouse.issuer);
    const { pending, person } = await logIn(gatehouse, portal, 'duo@other.example', {
      params: { company: 'beta' },
    });
    const claims = (await portal.complete(pending, person.arrivedAt)).claims();
    await gatehouse.accounts.raiseEpoch(claims?.sub ?? '', 'signed-out-everywhere');
    await gatehouse.settle();
    expect(await gatehouse.queue.depth()).toEqual({ due: 0, dead: 0 });
  });
});
