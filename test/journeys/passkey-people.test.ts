import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MINUTE } from '#kernel';
import { type FederationWorld, signInThere, startFederationWorld } from '../support/federation-world.ts';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { agree, invite } from '../support/invitations.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { givePasskey, passkeyOptionsOn, usePasskey } from '../support/passkeys.ts';
import { openProfile } from '../support/profile.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { accountOf, beginLogIn, logIn } from '../support/sign-in.ts';
import { SoftwareAuthenticator } from '../support/software-authenticator.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { person as entry, world } from '../support/world.ts';

describe('a passkey alone, and what is due after it', () => {
  let clock: TravellingClock;
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    clock = travellingClock();
    gatehouse = await startGatehouse({
      clock,
      env: { LIMIT_LOGINS_PER_MINUTE: '3', TERMS_VERSION: '2026-11' },
      bootstrap: world({
        accounts: [
          entry('terms@other.example', 'Tia Terms', ['beta'], { acceptedTerms: false }),
          entry('joins@other.example', 'Jo Joins', ['beta']),
          entry('must@other.example', 'Mo Must', ['beta']),
        ],
      }),
    });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(async () => {
    clock.restore();
    await gatehouse.stop();
  });
  /** Nobody's tries of the test before count. */
  beforeEach(() => clock.advance(2 * MINUTE));

  it('A13 owed terms are agreed to before anything is issued', async () => {
    const key = await givePasskey(gatehouse, 'terms@other.example');
    const { person, pending } = await beginLogIn(gatehouse, portal);
    await usePasskey(person, key);
    expect([person.title, person.arrivedAt]).toEqual(['Terms and Conditions', undefined]);
    await agree(person);
    expect((await portal.complete(pending, person.arrivedAt)).claims()).toMatchObject({ acr: 'phr' });
  });

  it.each([
    ['joins@other.example', 'acme', 'Join Acme Builders'],
    ['must@other.example', 'gamma', 'Join Gamma Glass'],
  ])('A14 an invitation of %s to %s is accepted after it, no password asked, and the passkey is the second factor that the company wants', async (email, companyId, title) => {
    const key = await givePasskey(gatehouse, email);
    const person = new JourneyBrowser([gatehouse.issuer]);
    await person.open(await invite(gatehouse, email, { companyId }));
    expect(person.title).toBe('Enter your password');
    await person.follow('Not you?');
    await usePasskey(person, key);
    expect(person.title).toBe(title);
    const { id } = await accountOf(gatehouse, email);
    expect(await gatehouse.companies.membership(companyId, id)).toBeUndefined();
    await person.press('Join');
    expect((await gatehouse.companies.membership(companyId, id))?.status).toBe('active');
  });

  it('W19 somebody else’s passkey accepts no invitation', async () => {
    const key = await givePasskey(gatehouse, 'terms@other.example');
    const person = new JourneyBrowser([gatehouse.issuer]);
    await person.open(await invite(gatehouse, 'tess@other.example', { companyId: 'acme' }));
    await person.follow('Not you?');
    await usePasskey(person, key);
    expect(person.title).toBe('This invitation is for somebody else');
    const { id } = await accountOf(gatehouse, 'tess@other.example');
    expect(await gatehouse.companies.membership('acme', id)).toBeUndefined();
  });

  it('X28 X32 tries count with those of passwords of one network; addresses that are typed do not', async () => {
    const stranger = new SoftwareAuthenticator(gatehouse.issuer);
    const statuses = [];
    for (let n = 0; n < 4; n++) {
      const { person } = await beginLogIn(gatehouse, portal);
      await usePasskey(person, stranger);
      statuses.push(person.status);
    }
    expect(statuses).toEqual([401, 401, 401, 429]);
    const { person } = await beginLogIn(gatehouse, portal);
    await person.fill('Email', 'ada@other.example').press('Continue');
    expect(person.title).toBe('Enter your password');
  });
});

describe('PASSKEYS=off', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-passkeys-'));
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  async function start(passkeys: 'on' | 'off') {
    const accounts = [
      entry('has@other.example', 'Hal Has', ['beta']),
      entry('needs@other.example', 'Nel Needs', ['gamma']),
    ];
    gatehouse = await startGatehouse({
      dataDir,
      bootstrap: world({ accounts }),
      env: { PASSKEYS: passkeys },
    });
    portal = await relyingParty(gatehouse.issuer);
  }

  it('those that exist count for nothing until it is on again: the others enrol, and no page takes one', async () => {
    await start('on');
    await givePasskey(gatehouse, 'has@other.example');
    await givePasskey(gatehouse, 'needs@other.example');
    await gatehouse.stop();

    await start('off');
    const { person } = await beginLogIn(gatehouse, portal);
    expect(person.has('form[data-passkey]')).toBe(false);
    const plain = await logIn(gatehouse, portal, 'has@other.example');
    expect(plain.person.arrivedAt?.searchParams.has('code')).toBe(true);
    const enforced = await logIn(gatehouse, portal, 'needs@other.example');
    await enforced.person.press('Set Up Now');
    expect(enforced.person.text).not.toContain('Passkey');
    const own = await openProfile(
      new JourneyBrowser([gatehouse.issuer]),
      gatehouse.issuer,
      'has@other.example',
      {
        path: '/profile/security',
      },
    );
    expect(own.text).not.toContain('Passkey');
    await own.open('/profile/security/passkeys/add');
    expect(own.has('form[data-passkey]')).toBe(false);
    await gatehouse.stop();

    await start('on');
    const again = await logIn(gatehouse, portal, 'has@other.example');
    expect(again.person.has('form[data-passkey="verify"]')).toBe(true);
    await gatehouse.stop();
  });
});

describe('passkeys of people whose company signs them in', () => {
  let fed: FederationWorld;
  beforeAll(async () => {
    fed = await startFederationWorld({
      accounts: [
        entry('kim@acme.example', 'Kim Key', ['acme']),
        entry('pia@acme.example', 'Pia Payor', [], { memberships: [{ company: 'acme', payments: 'payor' }] }),
      ],
    });
  });
  afterAll(() => fed.stop());

  it('W1 X26 a passkey signs nobody of an SSO-targeted domain in: it leads to the IdP, and what counts is said there', async () => {
    const { gatehouse, portal, upstream } = fed;
    const key = await givePasskey(gatehouse, 'kim@acme.example');
    const { person, pending } = await beginLogIn(gatehouse, portal, { browser: fed.browser() });
    await usePasskey(person, key);
    expect([person.url.origin, person.arrivedAt]).toEqual([upstream.issuer, undefined]);
    await signInThere(person, 'kim@acme.example');
    const claims = (await portal.complete(pending, person.arrivedAt)).claims();
    expect(claims).toMatchObject({ email: 'kim@acme.example', acr: 'urn:gatehouse:acr:sso' });
  });

  it('M2 a payor who comes through the IdP proves the passkey after it', async () => {
    const { gatehouse, portal } = fed;
    const key = await givePasskey(gatehouse, 'pia@acme.example');
    const { person, pending } = await fed.signIn('pia@acme.example');
    expect(person.has('form[data-passkey="verify"]')).toBe(true);
    // Another person's does not do.
    const other = await givePasskey(gatehouse, 'kim@acme.example');
    await usePasskey(person, other);
    expect([person.status, person.arrivedAt]).toEqual([422, undefined]);
    const options = passkeyOptionsOn(person);
    expect(JSON.parse(options).allowCredentials).toMatchObject([{ id: key.id }]);
    await usePasskey(person, key);
    expect((await portal.complete(pending, person.arrivedAt)).claims()).toMatchObject({ acr: 'phr' });
  });
});
