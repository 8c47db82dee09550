import { MINUTE } from '#kernel';
import { basic, post, refreshTokenOf, tokensFor } from '../support/endpoint.ts';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { client } from '../support/protocol-clients.ts';
import { REDIRECT_URI, type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { logIn } from '../support/sign-in.ts';
import { travellingClock } from '../support/travelling-clock.ts';
import { world } from '../support/world.ts';

const clock = travellingClock();

describe('a refused request of a client', () => {
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    gatehouse = await startGatehouse({ bootstrap: world({ clients: [client('other')] }), clock });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(async () => {
    clock.restore();
    await gatehouse.stop();
  });

  const redeem = (fields: Record<string, string>, headers: Record<string, string> = basic('portal')) =>
    post(`${gatehouse.issuer}/token`, fields, headers);

  /** The code with which the browser arrived, and what redeems it. */
  async function authorization() {
    const { person, pending } = await logIn(gatehouse, portal, 'ada@other.example');
    return {
      grant_type: 'authorization_code',
      code: person.arrivedAt?.searchParams.get('code') ?? '',
      redirect_uri: REDIRECT_URI,
      code_verifier: pending.codeVerifier,
    };
  }

  /** The line about the last refusal. */
  const line = () => {
    const lines = gatehouse.logLines().split('\n');
    return JSON.parse(lines.filter((one) => one.includes('of a client was refused')).at(-1) ?? '{}');
  };

  it('X17 X39 tells the log alone why a code is worth nothing', async () => {
    const spent = await authorization();
    expect((await redeem(spent)).status).toBe(200);
    const verifier = 'canary-verifier-'.padEnd(43, 'v');
    const tried = [
      [spent, 'authorization code already consumed'],
      [
        { ...(await authorization()), code_verifier: verifier },
        'code_verifier does not match code_challenge',
      ],
      [{ ...spent, code: 'canary-made-up' }, 'authorization code not found'],
      [
        { ...(await authorization()), redirect_uri: `${REDIRECT_URI}/x` },
        'authorization code redirect_uri mismatch',
      ],
    ] as const;
    for (const [fields, reason] of tried) {
      const answer = await redeem(fields);
      expect(answer.body).toEqual({
        error: 'invalid_grant',
        error_description: 'grant request is invalid',
      });
      expect(line()).toMatchObject({
        clientId: 'portal',
        correlationId: answer.headers.get('x-correlation-id'),
        endpoint: 'token',
        grantType: 'authorization_code',
        error: 'invalid_grant',
        reason,
      });
      for (const secret of [fields.code, fields.code_verifier, 'portal-secret'])
        expect(gatehouse.logLines()).not.toContain(secret);
    }
  });

  it('tells a code that came too late from one that was made up', async () => {
    const late = await authorization();
    clock.advance(2 * MINUTE);
    expect((await redeem(late)).body['error']).toBe('invalid_grant');
    expect(line().reason).toBe('authorization code is expired');
  });

  it('X39 names the client of a refresh token, a secret or a call that is wrong', async () => {
    const token = refreshTokenOf(await tokensFor(gatehouse, portal));
    await redeem({ grant_type: 'refresh_token', refresh_token: token }, basic('other'));
    expect(line()).toMatchObject({
      clientId: 'other',
      grantType: 'refresh_token',
      reason: 'client mismatch',
    });
    await redeem({ grant_type: 'canary-grant' }, basic('portal', 'canary-secret'));
    expect(line()).toMatchObject({
      clientId: 'portal',
      error: 'invalid_client',
      reason: 'invalid secret provided',
    });
    await redeem({ grant_type: 'client_credentials' }, basic('canary-nobody'));
    expect(line()).toMatchObject({ error: 'invalid_client', reason: 'client not found' });
    await post(`${gatehouse.issuer}/token/revocation`, {}, basic('portal'));
    expect(line()).toMatchObject({ endpoint: 'revocation', error: 'invalid_request' });
    const assertion = `${btoa('{"alg":"RS256"}')}.${btoa('{"iss":canary')}.x`;
    await redeem(
      {
        grant_type: 'client_credentials',
        client_assertion: assertion,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      },
      {},
    );
    expect(line()).toMatchObject({
      error: 'invalid_request',
      reason: 'Failed to parse the decoded payload as JSON',
    });
    for (const secret of [token, 'canary']) expect(gatehouse.logLines()).not.toContain(secret);
  });
});
