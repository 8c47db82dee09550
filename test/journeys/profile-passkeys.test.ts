import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { answerPasskey, givePasskey, passkeyOptionsOn } from '../support/passkeys.ts';
import { openProfile, proveAgain, VOIDS } from '../support/profile.ts';
import { accountOf } from '../support/sign-in.ts';
import { SoftwareAuthenticator } from '../support/software-authenticator.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { person as entry, world } from '../support/world.ts';

describe('passkeys in My Profile Settings', () => {
  let clock: TravellingClock;
  let gatehouse: TestGatehouse;
  /** Of "keyed", who has no other method. */
  let key: SoftwareAuthenticator;
  beforeAll(async () => {
    clock = travellingClock();
    gatehouse = await startGatehouse({
      clock,
      bootstrap: world({
        accounts: [
          entry('several@other.example', 'Sam Several', ['beta']),
          entry('must@other.example', 'Max Must', ['gamma']),
          entry('other@other.example', 'Oda Other', ['beta']),
          entry('keyed@other.example', 'Kay Keyed', ['beta']),
        ],
      }),
    });
    key = await givePasskey(gatehouse, 'keyed@other.example');
  });
  afterAll(async () => {
    await gatehouse.stop();
    clock.restore();
  });

  const enter = (name: string, path = '/profile/security') =>
    openProfile(new JourneyBrowser([gatehouse.issuer]), gatehouse.issuer, `${name}@other.example`, { path });
  async function saveCode(person: JourneyBrowser) {
    expect(person.title).toBe('Save Your Recovery Code');
    await person.choose('I Have Securely Saved This Code').press('Continue');
  }
  const names = async (name: string) => {
    const account = await accountOf(gatehouse, `${name}@other.example`);
    return (await gatehouse.credentials.passkeys.list(account.id)).map((one) => one.name);
  };

  it('G27 G30 X34 are added and removed on fresh proofs alone, renamed, and end other sign-ins', async () => {
    const person = await enter('several');
    const elsewhere = await enter('several');
    clock.advance(6 * 60_000);
    await person.follow('Add Passkey');
    await proveAgain(person);
    expect(person.text).toContain(VOIDS);
    const first = new SoftwareAuthenticator(gatehouse.issuer);
    await answerPasskey(person, first.create(passkeyOptionsOn(person)), { name: 'x'.repeat(61) });
    expect([person.status, person.alerts[0]]).toEqual([422, 'Use at most 60 characters for the name.']);
    await answerPasskey(person, first.create(passkeyOptionsOn(person)), { name: 'Phone' });
    await saveCode(person);
    expect(person.text).toContain('1 passkey');
    await elsewhere.open('/profile');
    expect(elsewhere.title).not.toBe('My Profile Settings');

    clock.advance(6 * 60_000);
    await person.follow('Manage Passkeys');
    await person.follow('Add Passkey');
    // The password, and then the passkey that is there.
    await proveAgain(person);
    expect(person.has('form[data-passkey="verify"]')).toBe(true);
    await answerPasskey(person, first.get(passkeyOptionsOn(person)));
    const second = new SoftwareAuthenticator(gatehouse.issuer, { synced: false });
    const options = passkeyOptionsOn(person);
    expect(JSON.parse(options).excludeCredentials).toMatchObject([{ id: first.id }]);
    await answerPasskey(person, second.create(options), { name: 'Key' });
    await saveCode(person);
    expect(await names('several')).toEqual(['Phone', 'Key']);

    await person.follow('Manage Passkeys');
    // A stolen session does not make the person remove the wrong one.
    clock.advance(6 * 60_000);
    await person.fill('Name', 'Key').press('Rename');
    expect(person.title).toBe('Enter your password');
    await proveAgain(person);
    await answerPasskey(person, first.get(passkeyOptionsOn(person)));
    expect([person.url.pathname, await names('several')]).toEqual([
      '/profile/security/passkeys',
      ['Phone', 'Key'],
    ]);
    expect(person.text).toContain('Stays on one device');
    await person.fill('Name', '').press('Rename');
    expect([person.status, person.alerts[0]]).toEqual([422, 'Give the passkey a name.']);
    await person.fill('Name', 'Work phone').press('Rename');
    expect(person.text).toContain('Your passkey was renamed.');
    await person.follow('Remove (Work phone)');
    await person.press('Remove Passkey');
    expect(person.text).toContain('Your passkey was removed.');
    expect(await names('several')).toEqual(['Key']);
    const sent = await gatehouse.sentMessages();
    expect(sent.filter(({ to }) => to === 'several@other.example').map(({ subject }) => subject)).toEqual([
      'A passkey was added',
      'A passkey was added',
      'A passkey was removed',
    ]);
    // Somebody else's passkey is none of theirs.
    const other = await enter('other');
    await other.open(`/profile/security/passkeys/remove?passkey=${second.id}`);
    expect(other.text).not.toContain('Remove Passkey');
  });

  it('K8 the last one stays while a company enforces it', async () => {
    const person = await enter('must');
    await person.press('Set Up Now');
    await person.choose('Passkey').press('Continue');
    const only = new SoftwareAuthenticator(gatehouse.issuer);
    await answerPasskey(person, only.create(passkeyOptionsOn(person)), { name: 'Only' });
    await saveCode(person);
    await person.follow('Manage Passkeys');
    expect(person.links()).not.toContain('Remove (Only)');
    expect(person.text).toContain('You can’t remove your last verification method: Gamma Glass requires');
    const { id } = await accountOf(gatehouse, 'must@other.example');
    const [kept] = await gatehouse.credentials.passkeys.list(id);
    await person.open(`/profile/security/passkeys/remove?passkey=${kept?.id}`);
    await proveAgain(person);
    await person.press('Remove Passkey');
    expect([person.status, person.alerts[0]]).toEqual([422, expect.stringContaining('Gamma Glass')]);
    expect(await names('must')).toEqual(['Only']);
    expect(person.find('input[role=switch]')).toBeNull();
  });

  it('X34 a passkey alone does not stand in for the current password', async () => {
    const person = await enter('keyed');
    expect(person.has('form[data-passkey="verify"]')).toBe(true);
    await answerPasskey(person, key.get(passkeyOptionsOn(person)));
    await person.open('/profile/security/passkeys/add');
    expect(person.title).toBe('Enter your password');
    await person.open(person.url.pathname.replace(/$/, '/identify'));
    expect([person.hasLabel('Email'), person.has('form[data-passkey]')]).toEqual([true, false]);
    // Nor where somebody asks for it by hand.
    const { action, fields } = person.form();
    await person.post(action, {
      ...fields,
      email: '',
      passkey: key.get('{"challenge":"AAAA","rpId":"localhost"}'),
    });
    expect([person.status, person.alerts[0]]).toEqual([422, 'Enter your email address.']);
  });

  it('X34 nor does it where somebody drops the cookie of the sign-in on the way to the proof', async () => {
    const person = await enter('keyed', '/profile/security/passkeys/add');
    await answerPasskey(person, key.get(passkeyOptionsOn(person)));
    const wanted = `${gatehouse.issuer}/profile/security/passkeys/add`;
    const cookie = await person.jar.getCookieString(wanted);
    const asked = await fetch(wanted, { redirect: 'manual', headers: { cookie, accept: 'text/html' } });
    const location = asked.headers.get('location') ?? '';
    expect(location).toContain('prompt=login');
    const without = new JourneyBrowser([gatehouse.issuer]);
    for (const one of await person.jar.getCookies(wanted))
      if (!one.key.startsWith('gh_session')) await without.jar.setCookie(one.toString(), gatehouse.issuer);
    await without.open(new URL(location, gatehouse.issuer));
    expect([without.hasLabel('Email'), without.has('form[data-passkey]')]).toEqual([true, false]);
  });
});
