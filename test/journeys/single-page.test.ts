import { jest } from '@jest/globals';
import { type FederationWorld, SAM, signInThere, startFederationWorld } from '../support/federation-world.ts';
import type { JourneyBrowser } from '../support/journey-browser.ts';
import { accountOf, beginLogIn } from '../support/sign-in.ts';
import { person as entry, PASSWORD, totpCode } from '../support/world.ts';

const CANARY = 'Canary-Of-The-IdP-9';
const WRONG = 'Wrong-Horse-7';

describe('address and password on a single page', () => {
  let world: FederationWorld;
  beforeAll(async () => {
    world = await startFederationWorld({
      env: { LOGIN_PAGES: 'single', LIMIT_LOGINS_PER_MINUTE: '60' },
      companies: [
        { id: 'strict', name: 'Strict Steel', settings: { lockout: { enabled: true } } },
        { id: 'builders', name: 'Builders', settings: { loginNames: { label: 'builders' } } },
      ],
      accounts: [
        entry('lou@other.example', 'Lou Locked', ['strict']),
        entry('nina@other.example', 'Nina', [], {
          memberships: [{ company: 'builders', loginName: 'nina' }],
        }),
      ],
    });
  });
  afterAll(() => world.stop());

  const begin = (params: Record<string, string> = {}) =>
    beginLogIn(world.gatehouse, world.portal, { params, browser: world.browser() });
  const attempt = async (email: string, password: string) => {
    const { person } = await begin();
    return person.fill('Email', email).fill('Password', password).press('Log In');
  };
  /** A page without what differs by its nature. */
  const shape = ({ html }: JourneyBrowser, email: string) =>
    html
      .replaceAll(email, 'EMAIL')
      .replaceAll(encodeURIComponent(email), 'EMAIL')
      .replace(/interaction\/[\w-]+/g, 'interaction/UID')
      .replace(/resume=[\w-]+/g, 'resume=UID')
      .replace(/data-options="[^"]*"/g, 'OPTIONS')
      .replace(/name="csrf" value="[^"]*"/g, 'CSRF');

  it('B5 C3 "Log In" takes both, and the second factor comes as ever', async () => {
    const { person, pending } = await begin();
    expect(person.buttons()).not.toContain('Continue');
    await person.fill('Email', 'ada@other.example').fill('Password', PASSWORD).press('Log In');
    expect((await world.portal.complete(pending, person.arrivedAt)).claims()).toMatchObject({
      email: 'ada@other.example',
      acr: 'urn:gatehouse:acr:password',
    });
    const tess = await attempt('tess@other.example', PASSWORD);
    await tess.fill('Enter Your 6-digit Verification Code', await totpCode(Date.now())).press('Continue');
    expect(tess.arrivedAt?.searchParams.has('code')).toBe(true);
  });

  it('B5 P2 in French, and with a log-in name', async () => {
    const { person } = await begin({ ui_locales: 'fr' });
    await person.fill('Adresse e-mail', 'nina@builders').fill('Mot de passe', PASSWORD).press('Se connecter');
    expect(person.arrivedAt?.searchParams.has('code')).toBe(true);
  });

  it.each([
    ['an unknown address', 'nobody@other.example'],
    ['an unknown log-in name', 'nobody@builders'],
  ])('B10 X28 answers %s exactly like a wrong password, on the same page', async (_who, email) => {
    const wrong = await attempt('ada@other.example', WRONG);
    expect([wrong.status, wrong.hasLabel('Email'), wrong.hasLabel('Password')]).toEqual([401, true, true]);
    expect(wrong.alerts.join()).toContain('The email or password is incorrect.');
    expect(wrong.html).not.toContain(WRONG);
    const person = await attempt(email, PASSWORD);
    expect(person.status).toBe(401);
    expect(shape(person, email)).toBe(shape(wrong, 'ada@other.example'));
  });

  it('B7 what is missing is named at its field, and nothing that was typed is lost but the password', async () => {
    const empty = await attempt('ada@other.example', '');
    expect([empty.status, empty.find('#password')?.getAttribute('aria-invalid')]).toEqual([422, 'true']);
    expect(empty.find('#email')?.getAttribute('value')).toBe('ada@other.example');
    const typo = await attempt('ada', PASSWORD);
    expect([typo.status, typo.find('#email')?.getAttribute('aria-invalid')]).toEqual([422, 'true']);
    expect(typo.html).not.toContain(PASSWORD);
  });

  it('F2 X36 the third wrong password locks', async () => {
    for (let n = 0; n < 3; n++) await attempt('lou@other.example', WRONG);
    const { id } = await accountOf(world.gatehouse, 'lou@other.example');
    expect((await world.gatehouse.credentials.passwords.lockState(id)).locked).toBe(true);
    expect((await attempt('lou@other.example', PASSWORD)).status).toBe(401);
  });

  describe('people of an SSO-targeted domain', () => {
    it.each([
      ['with the field left empty', ''],
      ['whatever was typed, which is dropped unread', CANARY],
    ])('B6 W1 go to the IdP, %s', async (_how, password) => {
      const verify = jest.spyOn(world.gatehouse.credentials.passwords, 'verify');
      const { person, pending } = await begin();
      await person.fill('Email', SAM).fill('Password', password).press('Log In');
      expect(person.url.origin).toBe(world.upstream.issuer);
      await signInThere(person, SAM);
      expect((await world.portal.complete(pending, person.arrivedAt)).claims()).toMatchObject({
        email: SAM,
        acr: 'urn:gatehouse:acr:sso',
      });
      expect(verify).not.toHaveBeenCalled();
      verify.mockRestore();
      expect(world.gatehouse.logLines()).not.toContain(CANARY);
      expect(person.transcript.join('\n')).not.toContain(CANARY);
    });

    it('W1 attack: the right password of a local credential opens nothing', async () => {
      const person = await attempt('both@acme.example', PASSWORD);
      expect(person.url.origin).toBe(world.upstream.issuer);
      expect(person.arrivedAt).toBeUndefined();
    });
  });

  it('B4 where the address is known already, the password alone is asked, and "Not you?" leads to the single page', async () => {
    const { person } = await begin({ login_hint: 'ada@other.example' });
    expect([person.title, person.hasLabel('Email')]).toEqual(['Enter your password', false]);
    await person.follow('Not you?');
    expect([person.hasLabel('Email'), person.hasLabel('Password')]).toEqual([true, true]);
  });
});

describe('the limit of log-ins from one network', () => {
  it('X36 counts passwords that are typed on the single page', async () => {
    const world = await startFederationWorld({
      env: { LOGIN_PAGES: 'single', LIMIT_LOGINS_PER_MINUTE: '2' },
    });
    const statuses = [];
    for (let n = 0; n < 3; n++) {
      const { person } = await beginLogIn(world.gatehouse, world.portal);
      await person.fill('Email', `made-up-${n}@other.example`).fill('Password', WRONG).press('Log In');
      statuses.push(person.status);
    }
    expect(statuses).toEqual([401, 401, 429]);
    await world.stop();
  });
});

describe('two pages, as ever', () => {
  it('B2 the first page takes no password, even when one is posted', async () => {
    const world = await startFederationWorld();
    const { person } = await beginLogIn(world.gatehouse, world.portal);
    expect([person.hasLabel('Password'), person.buttons().includes('Log In')]).toEqual([false, false]);
    const { action, fields } = person.form();
    await person.post(action, { ...fields, email: 'ada@other.example', password: PASSWORD });
    expect(person.status).toBe(422);
    expect(person.arrivedAt).toBeUndefined();
    await world.stop();
  });
});
