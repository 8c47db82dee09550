import { refreshTokenGrant } from 'openid-client';
import { confirmAuthenticator } from '../support/authenticator-setup.ts';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { client } from '../support/protocol-clients.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { accountOf, logIn } from '../support/sign-in.ts';
import { person as entry, PASSWORD, TOTP_SECRET, totpCode, world } from '../support/world.ts';

const LOOPBACK = 'http://127.0.0.1:5555/callback';

describe('what a sign-in that stands is still good for', () => {
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  let partner: RelyingParty;
  beforeAll(async () => {
    gatehouse = await startGatehouse({
      bootstrap: world({
        accounts: [
          entry('left@other.example', 'Lee Left', ['beta']),
          entry('swap@other.example', 'Sam Swap', ['beta'], { totpSecret: TOTP_SECRET }),
        ],
        clients: [
          client('partner', { client_name: 'Partner', first_party: false }),
          {
            client_id: 'desktop',
            client_name: 'Desktop',
            application_type: 'native',
            token_endpoint_auth_method: 'none',
            redirect_uris: [LOOPBACK],
          },
          client('payments', { client_name: 'Payments', payments: true }),
        ],
      }),
    });
    portal = await relyingParty(gatehouse.issuer);
    partner = await relyingParty(gatehouse.issuer, { clientId: 'partner', clientSecret: 'partner-secret' });
  });
  afterAll(() => gatehouse.stop());

  it('A19 gives nothing more once the last membership has ended', async () => {
    const { person, pending } = await logIn(gatehouse, portal, 'left@other.example');
    const tokens = await portal.complete(pending, person.arrivedAt);
    const { id } = await accountOf(gatehouse, 'left@other.example');
    const [membership] = await gatehouse.companies.membershipsOf(id);
    if (!membership) throw new Error('no membership');
    await gatehouse.companies.putMembership({ ...membership, status: 'inactive' }, { actor: 'operator-cli' });
    await person.open((await portal.begin({ prompt: 'none' })).url);
    expect(person.arrivedAt?.searchParams.get('error')).toBe('access_denied');
    await expect(refreshTokenGrant(portal.configuration, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  it('X33 X34 X38 does not replace an authenticator by recovery code without the password, and the swap ends it', async () => {
    const first = await logIn(gatehouse, portal, 'swap@other.example');
    await first.person
      .fill('Enter Your 6-digit Verification Code', await totpCode(Date.now()))
      .press('Continue');
    const tokens = await portal.complete(first.pending, first.person.arrivedAt);
    const { id } = await accountOf(gatehouse, 'swap@other.example');
    const code = await gatehouse.credentials.recoveryCodes.issue(id, { actor: id });

    const payments = await relyingParty(gatehouse.issuer, {
      clientId: 'payments',
      clientSecret: 'payments-secret',
    });
    const { person } = first;
    await person.open((await payments.begin()).url);
    await person.follow('Try another method');
    await person.follow('Enter Recovery Code');
    await person.fill('Enter Recovery Code', code).press('Continue');
    await person.choose('I Have Securely Saved This Code').press('Continue');
    expect(person.title).toBe('Replace Your Lost Verification Method');
    await person.press('Set Up a New Device');
    expect(person.title).toBe('Enter your password');
    await person.fill('Password', PASSWORD).press('Continue');
    await person.choose('Authenticator App').press('Continue');
    await confirmAuthenticator(person);
    expect(person.title).toBe('Save Your Recovery Code');
    await expect(refreshTokenGrant(portal.configuration, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  it('asks before a native program gets a code again: anyone may listen on its port (RFC 8252 8.6)', async () => {
    const desktop = await relyingParty(gatehouse.issuer, {
      clientId: 'desktop',
      redirectUri: LOOPBACK,
      scope: 'openid',
    });
    const { person } = await logIn(gatehouse, desktop, 'ada@other.example');
    await person.press('Accept');
    expect(person.arrivedAt?.searchParams.has('code')).toBe(true);
    const other = 'http://127.0.0.1:6666/callback';
    await person.open((await desktop.begin({ prompt: 'none', redirect_uri: other })).url);
    expect(person.arrivedAt?.searchParams.get('error')).toBe('consent_required');
  });

  it('X22 tells a third-party client nothing of companies that it was not allowed to see', async () => {
    const { person } = await logIn(gatehouse, partner, 'duo@other.example', { params: { company: 'acme' } });
    await person.press('Accept');
    expect(person.arrivedAt?.searchParams.has('code')).toBe(true);
    for (const company of ['beta', 'gamma', 'nowhere']) {
      await person.open((await partner.begin({ prompt: 'none', company })).url);
      expect([company, person.arrivedAt?.searchParams.get('error')]).toEqual([company, 'consent_required']);
    }
  });

  it('keeps who was proven signed in when the client is declined', async () => {
    const { person } = await logIn(gatehouse, partner, 'ada@other.example', {
      params: { prompt: 'consent' },
    });
    await person.press('Decline');
    expect(person.arrivedAt?.searchParams.get('error')).toBe('access_denied');
    await person.open((await portal.begin({ prompt: 'none' })).url);
    expect(person.arrivedAt?.searchParams.has('code')).toBe(true);
  });

  it('X23 refuses a level that no further log-in could reach, instead of asking for ever', async () => {
    const { person } = await logIn(gatehouse, portal, 'ada@other.example');
    const { url } = await portal.begin({ acr_values: 'urn:gatehouse:acr:sso' });
    await person.open(url);
    expect(person.arrivedAt?.searchParams.get('error')).toBe('unmet_authentication_requirements');
  });
});
