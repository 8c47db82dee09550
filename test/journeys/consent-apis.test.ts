import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { API, client, RESOURCES } from '../support/protocol-clients.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { logIn } from '../support/sign-in.ts';
import { world } from '../support/world.ts';

describe('consent to the use of APIs', () => {
  let gatehouse: TestGatehouse;
  beforeAll(async () => {
    gatehouse = await startGatehouse({
      bootstrap: world({
        clients: [
          client('planner', { first_party: false }),
          client('reader', { first_party: false, scope: 'openid profile' }),
        ],
        resources: RESOURCES,
      }),
    });
  });
  afterAll(() => gatehouse.stop());

  const party = (clientId: string, scope: string): Promise<RelyingParty> =>
    relyingParty(gatehouse.issuer, { clientId, clientSecret: `${clientId}-secret`, scope });

  it('X22 names the host of the API beside what may be done there, in both languages', async () => {
    const planner = await party('planner', 'openid read write');
    const { person } = await logIn(gatehouse, planner, 'ada@other.example', { params: { resource: API } });
    expect(person.text).toContain('Use its permission “read”');
    expect(person.text).toContain('These permissions also apply at api.example');
    await person.open(`${person.url.pathname}?lang=fr`);
    expect(person.text).toContain('Ces autorisations valent aussi auprès de api.example');
  });

  it('names no API where none is asked for', async () => {
    const planner = await party('planner', 'openid');
    const { person } = await logIn(gatehouse, planner, 'ada@other.example');
    expect(person.text).not.toContain('also apply at');
  });

  it('a client is held to the scopes that it is registered with', async () => {
    const asked = async (scope: string) => {
      const { url } = await (await party('reader', scope)).begin();
      const person = await new JourneyBrowser([gatehouse.issuer]).open(url);
      return person.arrivedAt?.searchParams.get('error') ?? person.title;
    };
    expect(await asked('openid profile')).toContain('Log in');
    expect(await asked('openid email')).toBe('invalid_scope');
  });
});
