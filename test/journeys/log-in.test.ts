import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { PASSWORD, totpCode, world } from '../support/world.ts';

describe('logging in with e-mail and password', () => {
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    gatehouse = await startGatehouse({ bootstrap: world() });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(() => gatehouse.stop());

  const browser = () => new JourneyBrowser([gatehouse.issuer]);

  it('B2 B3 B4 asks for the address, then for the password, and returns to the relying party', async () => {
    const pending = await portal.begin();
    const person = await browser().open(pending.url);
    expect(person.hasLabel('Email')).toBe(true);
    expect(person.hasLabel('Password')).toBe(false);
    await person.fill('Email', 'ada@other.example').press('Continue');
    expect(person.title).toBe('Enter your password');
    expect(person.text).toContain('ada@other.example');
    await person.fill('Password', PASSWORD).press('Continue');
    const tokens = await portal.complete(pending, person.arrivedAt);
    expect(tokens.claims()).toMatchObject({
      email: 'ada@other.example',
      email_verified: true,
      name: 'Ada Example',
      company_id: 'beta',
      company_name: 'Beta Bridges',
      acr: 'urn:gatehouse:acr:password',
      amr: ['pwd'],
      auth_time: expect.any(Number),
    });
  });

  it('I2 I4 asks whoever has enrolled for the code of the app', async () => {
    const pending = await portal.begin();
    const person = await browser().open(pending.url);
    await person.fill('Email', 'tess@other.example').press('Continue');
    await person.fill('Password', PASSWORD).press('Continue');
    await person.fill('Enter Your 6-digit Verification Code', await totpCode(Date.now())).press('Continue');
    const claims = (await portal.complete(pending, person.arrivedAt)).claims();
    expect(claims).toMatchObject({ acr: 'urn:gatehouse:acr:mfa-app', amr: ['pwd', 'otp', 'mfa'] });
  });

  it('A16 lets people of two companies choose, and puts the choice into the token', async () => {
    const pending = await portal.begin();
    const person = await browser().open(pending.url);
    await person.fill('Email', 'duo@other.example').press('Continue');
    await person.fill('Password', PASSWORD).press('Continue');
    expect(person.title).toBe('Select a Company');
    await person.choose('Beta Bridges').press('Continue');
    const claims = (await portal.complete(pending, person.arrivedAt)).claims();
    expect(claims?.['company_id']).toBe('beta');
  });
});
