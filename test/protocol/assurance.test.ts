import * as oidc from 'openid-client';
import { setUpAuthenticator } from '../support/authenticator-setup.ts';
import { refreshTokenOf, tokensFor } from '../support/endpoint.ts';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import type { JourneyBrowser } from '../support/journey-browser.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { beginLogIn, logIn } from '../support/sign-in.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { person as entry, PASSWORD, TOTP_SECRET, world } from '../support/world.ts';

const PASSWORD_ACR = 'urn:gatehouse:acr:password';
const MFA = 'urn:gatehouse:acr:mfa';
const MFA_APP = 'urn:gatehouse:acr:mfa-app';
const PAPE = 'http://schemas.openid.net/pape/policies/2007/06/multi-factor';

describe('requested assurance', () => {
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  let clock: TravellingClock;
  beforeAll(async () => {
    clock = travellingClock();
    gatehouse = await startGatehouse({
      bootstrap: world({ accounts: [entry('lacks@other.example', 'Lars Lacks', ['beta'])] }),
      clock,
    });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(async () => {
    await gatehouse.stop();
    clock.restore();
  });
  // A code of the app is good once.
  beforeEach(() => clock.advance(31_000));

  const essential = (acr: object) => ({
    claims: JSON.stringify({ id_token: { acr: { essential: true, ...acr } } }),
  });

  const askSilently = async (person: JourneyBrowser, params: Record<string, string>) => {
    const pending = await portal.begin({ prompt: 'none', ...params });
    await person.open(pending.url);
    return { pending, error: person.arrivedAt?.searchParams.get('error') };
  };

  it.each([
    ['the alias of PAPE', { acr_values: PAPE }, PAPE],
    ['a lower value', { acr_values: MFA }, MFA],
    ['the first that is met of several', { acr_values: `phr ${MFA} ${PASSWORD_ACR}` }, MFA],
    ['an essential claim', essential({ values: ['phr', MFA] }), MFA],
    ['an unknown value: the highest earned', { acr_values: 'urn:example:strong' }, MFA_APP],
    ['nothing: the highest earned', {}, MFA_APP],
  ])('X23 an app user’s token carries what was asked for and met: %s', async (_what, params, acr) => {
    const tokens = await tokensFor(gatehouse, portal, 'tess@other.example', {
      totpSecret: TOTP_SECRET,
      params,
    });
    expect(tokens.claims()?.['acr']).toBe(acr);
  });

  it('X23 a session that is worth more meets a lower value without a question; auth_time stays', async () => {
    const { person, pending } = await logIn(gatehouse, portal, 'tess@other.example', {
      totpSecret: TOTP_SECRET,
    });
    const first = (await portal.complete(pending, person.arrivedAt)).claims();
    clock.advance(60_000);
    const again = await askSilently(person, { acr_values: MFA });
    const claims = (await portal.complete(again.pending, person.arrivedAt)).claims();
    expect(claims).toMatchObject({ acr: MFA, auth_time: first?.['auth_time'] });
  });

  it('X23 what nobody here can earn is an error, never a lower acr', async () => {
    const { person } = await beginLogIn(gatehouse, portal, {
      params: essential({ value: 'urn:example:strong' }),
    });
    expect(person.arrivedAt?.searchParams.get('error')).toBe('unmet_authentication_requirements');
  });

  it('X23 prompt=none with a level that the session lacks is an error, voluntary or essential', async () => {
    const { person } = await logIn(gatehouse, portal, 'lacks@other.example');
    for (const params of [{ acr_values: MFA }, essential({ value: MFA })])
      expect((await askSilently(person, params)).error).toBe('unmet_authentication_requirements');
    expect((await askSilently(person, { acr_values: PASSWORD_ACR })).error).toBeNull();
  });

  it('a step-up of the session keeps the refresh tokens that it gave before', async () => {
    const { person, pending } = await logIn(gatehouse, portal, 'ada@other.example');
    const before = await portal.complete(pending, person.arrivedAt);
    const stepUp = await portal.begin({ acr_values: MFA });
    await person.open(stepUp.url);
    await person.fill('Password', PASSWORD).press('Continue');
    await setUpAuthenticator(person);
    await person.choose('I Have Securely Saved This Code').press('Continue');
    const after = await portal.complete(stepUp, person.arrivedAt);
    expect(after.claims()?.['acr']).toBe(MFA);
    const fresh = await oidc.refreshTokenGrant(portal.configuration, refreshTokenOf(before));
    expect(fresh.claims()?.['acr']).toBe(PASSWORD_ACR);
  });
});
