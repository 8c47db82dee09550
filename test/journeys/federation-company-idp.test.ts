import { jest } from '@jest/globals';
import { startCompanyIdp } from '../../examples/company-idp/main.ts';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { relyingParty } from '../support/relying-party.ts';
import { connectionTo } from '../support/upstream/connection.ts';
import { world } from '../support/world.ts';

const SAM = 'sam@acme.example';

describe('the demonstration’s company IdP', () => {
  let gatehouse: TestGatehouse;
  let idp: Awaited<ReturnType<typeof startCompanyIdp>>;
  beforeAll(async () => {
    for (const method of ['info', 'warn'] as const) jest.spyOn(console, method).mockImplementation(() => {});
    gatehouse = await startGatehouse({ bootstrap: world() });
    idp = await startCompanyIdp({
      port: 0,
      host: '127.0.0.1',
      name: 'Acme Builders',
      clients: [
        {
          clientId: 'gatehouse',
          clientSecret: 'company secret',
          redirectUris: [`${gatehouse.issuer}/federation/acme-idp/callback`],
        },
      ],
      people: [{ email: SAM, name: 'Sam Acme', givenName: 'Sam' }],
    });
    await connect(gatehouse, idp.issuer);
  });
  afterAll(async () => {
    await idp.close();
    await gatehouse.stop();
    jest.restoreAllMocks();
  });

  async function connect({ federation, companies }: TestGatehouse, issuer: string): Promise<void> {
    await federation.connections.put(
      connectionTo(issuer, { name: 'Acme Builders', clientSecret: 'company secret' }),
      { actor: 'system' },
    );
    const domain = { domain: 'acme.example', companyId: 'acme', verified: true, ssoTargeted: true };
    await companies.putDomain({ ...domain, connectionId: 'acme-idp' }, { actor: 'system' });
  }

  it('B6 E6 signs its people in, and proves them again on demand', async () => {
    const portal = await relyingParty(gatehouse.issuer);
    const person = new JourneyBrowser([gatehouse.issuer, idp.issuer]);
    const first = await portal.begin();
    await person.open(first.url);
    await person.fill('Email', SAM).press('Continue');
    expect(person.title).toBe('Sign in to Acme Builders');
    await person.press('Sign in');
    const claims = (await portal.complete(first, person.arrivedAt)).claims();
    expect(claims).toMatchObject({ email: SAM, given_name: 'Sam', acr: 'urn:gatehouse:acr:sso' });

    const again = await portal.begin({ prompt: 'login' });
    await person.open(again.url);
    expect(person.title).toBe('Sign in to Acme Builders');
    await person.press('Sign in');
    const fresh = (await portal.complete(again, person.arrivedAt, { maxAge: 30 })).claims();
    expect(fresh?.sub).toBe(claims?.sub);
  });
});
