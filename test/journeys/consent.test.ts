import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { beginLogIn, logIn } from '../support/sign-in.ts';
import { person as entry, PASSWORD, world } from '../support/world.ts';

const THIRD_PARTY = { clientId: 'planner', clientSecret: 'planner-secret' };

describe('consent to third-party clients', () => {
  let gatehouse: TestGatehouse;
  let planner: RelyingParty;
  beforeAll(async () => {
    const names = ['reads', 'accepts', 'declines', 'again', 'more', 'silent', 'french'];
    gatehouse = await startGatehouse({
      bootstrap: world({
        accounts: names.map((name) => entry(`${name}@other.example`, 'Cora Consent', ['beta'])),
        clients: [
          {
            client_id: THIRD_PARTY.clientId,
            client_secret: THIRD_PARTY.clientSecret,
            client_name: 'Site Planner',
            redirect_uris: ['http://127.0.0.1:9/callback'],
            grant_types: ['authorization_code', 'refresh_token'],
          },
        ],
      }),
    });
    planner = await relyingParty(gatehouse.issuer, { ...THIRD_PARTY, scope: 'openid email' });
  });
  afterAll(() => gatehouse.stop());

  it('X22 says what is asked for, by whom, and the host that no name can fake', async () => {
    const { person } = await logIn(gatehouse, planner, 'reads@other.example');
    expect(person.title).toBe('Site Planner wants to access your account');
    expect(person.text).toContain('See your email address');
    expect(person.text).toContain('127.0.0.1:9');
    expect(person.text).toContain('reads@other.example');
    expect(person.buttons()).toEqual(expect.arrayContaining(['Accept', 'Decline']));
  });

  it('is remembered once accepted, also at the next log-in', async () => {
    const { person, pending } = await logIn(gatehouse, planner, 'accepts@other.example');
    await person.press('Accept');
    const claims = (await planner.complete(pending, person.arrivedAt)).claims();
    expect(claims?.['email']).toBe('accepts@other.example');
    await person.open((await planner.begin()).url);
    expect(person.arrivedAt?.searchParams.has('code')).toBe(true);
    const later = await logIn(gatehouse, planner, 'accepts@other.example');
    expect(later.person.arrivedAt?.searchParams.has('code')).toBe(true);
  });

  it('is asked again for more than was accepted, and by prompt=consent', async () => {
    const { person } = await logIn(gatehouse, planner, 'more@other.example');
    await person.press('Accept');
    await person.open((await planner.begin({ scope: 'openid email profile' })).url);
    expect(person.text).toContain('See your name and profile');
    await person.press('Accept');
    await person.open((await planner.begin({ prompt: 'consent' })).url);
    expect(person.title).toBe('Site Planner wants to access your account');
  });

  it('goes back with access_denied when it is declined, and gives nothing', async () => {
    const { person, pending } = await logIn(gatehouse, planner, 'declines@other.example');
    await person.press('Decline');
    expect(person.arrivedAt?.searchParams.get('error')).toBe('access_denied');
    expect(person.arrivedAt?.searchParams.get('state')).toBe(pending.state);
    expect(person.arrivedAt?.searchParams.has('code')).toBe(false);
    const later = await logIn(gatehouse, planner, 'declines@other.example');
    expect(later.person.title).toBe('Site Planner wants to access your account');
  });

  it('prompt=none without consent is answered consent_required', async () => {
    const portal = await relyingParty(gatehouse.issuer);
    const { person } = await logIn(gatehouse, portal, 'silent@other.example');
    await person.open((await planner.begin({ prompt: 'none' })).url);
    expect(person.arrivedAt?.searchParams.get('error')).toBe('consent_required');
  });

  it('P4 speaks French', async () => {
    const browser = new JourneyBrowser([gatehouse.issuer], { 'accept-language': 'fr' });
    const { person } = await beginLogIn(gatehouse, planner, { browser });
    await person.fill('Adresse e-mail', 'french@other.example').press('Continuer');
    await person.fill('Mot de passe', PASSWORD).press('Continuer');
    expect(person.title).toBe('Site Planner souhaite accéder à votre compte');
    await person.press('Accepter');
    expect(person.arrivedAt?.searchParams.has('code')).toBe(true);
  });
});
