import { refreshTokenGrant } from 'openid-client';
import { type FederationWorld, signInThere, startFederationWorld } from '../support/federation-world.ts';
import { accountOf, logIn } from '../support/sign-in.ts';
import { SoftwareAuthenticator } from '../support/software-authenticator.ts';
import { person as entry, PASSWORD, TOTP_SECRET, totpCode } from '../support/world.ts';

const people = ['first', 'second', 'third', 'fourth', 'fifth'].map((domain) =>
  entry(`pat@${domain}.example`, 'Pat', ['beta'], { totpSecret: TOTP_SECRET }),
);

describe('a domain that becomes targeted for SSO', () => {
  let world: FederationWorld;
  beforeAll(async () => {
    world = await startFederationWorld({ accounts: people });
  });
  afterAll(() => world.stop());

  async function target(domain: string, ssoTargeted = true): Promise<void> {
    const rule = { domain, companyId: 'acme', verified: true, ssoTargeted, connectionId: 'acme-idp' };
    await world.gatehouse.companies.putDomain(rule, { actor: 'system' });
  }

  it('W1 between address and password: the password is not even looked at', async () => {
    const { person, pending } = await world.leave('pat@first.example');
    expect(person.title).toBe('Enter your password');
    await target('first.example');
    await person.fill('Password', PASSWORD).press('Continue');
    expect(person.url.origin).toBe(world.upstream.issuer);
    await signInThere(person, 'pat@first.example');
    await person.choose('Acme Builders').press('Continue');
    const claims = (await world.portal.complete(pending, person.arrivedAt)).claims();
    expect(claims).toMatchObject({ acr: 'urn:gatehouse:acr:sso', amr: ['fed'], company_id: 'acme' });
  });

  it('W1 between password and second factor: the password’s proof is worth nothing any more', async () => {
    const { person, pending } = await world.leave('pat@second.example');
    await person.fill('Password', PASSWORD).press('Continue');
    expect(person.hasLabel('Enter Your 6-digit Verification Code')).toBe(true);
    await target('second.example');
    await person.fill('Enter Your 6-digit Verification Code', await totpCode(Date.now())).press('Continue');
    expect(person.url.origin).toBe(world.upstream.issuer);
    await signInThere(person, 'pat@second.example');
    await person.choose('Acme Builders').press('Continue');
    expect((await world.portal.complete(pending, person.arrivedAt)).claims()?.['acr']).toBe(
      'urn:gatehouse:acr:sso',
    );
  });

  it('W1 a hand-made password post for such an address is not evaluated', async () => {
    const { person } = await world.leave('pat@third.example');
    const { action, fields } = person.form();
    await target('third.example');
    await person.post(action, { ...fields, password: PASSWORD });
    expect(person.url.origin).toBe(world.upstream.issuer);
    expect(person.arrivedAt).toBeUndefined();
  });

  it('W1 C4 a passkey from before signs nobody in: its holder goes to the IdP', async () => {
    const { issuer, credentials } = world.gatehouse;
    const account = await accountOf(world.gatehouse, 'pat@fifth.example');
    const key = new SoftwareAuthenticator(issuer);
    const created = key.create(await credentials.passkeys.creationOptions(account, 'set-up'));
    const acting = { actor: account.id, origin: {} };
    await credentials.passkeys.add(account.id, created, { ...acting, binding: 'set-up', name: 'Phone' });
    await target('fifth.example');
    const person = await world.browser().open((await world.portal.begin()).url);
    const form = person.find('form[data-passkey]');
    const options = (form?.getAttribute('data-options') ?? '').replaceAll('&quot;', '"');
    await person.post(new URL(form?.getAttribute('action') ?? '', person.url), {
      csrf: person.form().fields['csrf'] ?? '',
      passkey: key.get(options),
    });
    expect(person.url.origin).toBe(world.upstream.issuer);
    expect(person.arrivedAt).toBeUndefined();
  });

  it('X38 asks whoever signed in by password before to sign in at the IdP, and back', async () => {
    const browser = world.browser();
    const signedIn = await logIn(world.gatehouse, world.portal, 'pat@fourth.example', {
      browser,
      totpSecret: TOTP_SECRET,
    });
    const tokens = await world.portal.complete(signedIn.pending, browser.arrivedAt);
    await target('fourth.example');
    await expect(
      refreshTokenGrant(world.portal.configuration, tokens.refresh_token ?? ''),
    ).rejects.toMatchObject({ error: 'invalid_grant' });
    const { person, pending } = await world.leave('pat@fourth.example', { browser });
    expect(person.url.origin).toBe(world.upstream.issuer);
    await signInThere(person, 'pat@fourth.example');
    await world.portal.complete(pending, person.arrivedAt);

    await target('fourth.example', false);
    const back = await world.leave('pat@fourth.example', { browser });
    expect(back.person.title).toBe('Enter your password');
  });
});
