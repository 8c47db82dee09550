import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import type { JourneyBrowser } from '../support/journey-browser.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { accountOf, beginLogIn, logIn } from '../support/sign-in.ts';
import { person as entry, PASSWORD, world } from '../support/world.ts';

describe('answers that give nothing away', () => {
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    gatehouse = await startGatehouse({
      bootstrap: world({
        companies: [{ id: 'strict', name: 'Strict Steel', settings: { lockout: { enabled: true } } }],
        accounts: [
          entry('gone@other.example', 'Gina Gone', ['beta']),
          entry('locked@other.example', 'Lou Locked', ['strict']),
          entry('moved@other.example', 'Moe Moved', ['beta'], { locale: 'fr' }),
          entry('sso@other.example', 'Sol Sso', ['beta'], { password: undefined }),
          entry('former@other.example', 'Fay Former', ['beta']),
        ],
      }),
    });
    portal = await relyingParty(gatehouse.issuer);
    const gone = await accountOf(gatehouse, 'gone@other.example');
    await gatehouse.accounts.setStatus(gone.id, 'inactive', { actor: 'system' });
    const moved = await accountOf(gatehouse, 'moved@other.example');
    await gatehouse.accounts.changeEmail(moved.id, 'moe@new.example', { actor: 'system' });
    const former = await accountOf(gatehouse, 'former@other.example');
    const change = { minLength: 8, reason: 'profile' as const, actor: former.id };
    await gatehouse.credentials.passwords.set(former, 'Battery-Staple-8', change);
    for (let attempt = 0; attempt < 3; attempt++)
      await logIn(gatehouse, portal, 'locked@other.example', { password: 'Wrong-Horse-7' });
  });
  afterAll(() => gatehouse.stop());

  const attempt = (email: string, password: string) => logIn(gatehouse, portal, email, { password });

  /** The page without what differs by its nature: address, tokens, ids. */
  const shape = ({ html }: JourneyBrowser, email: string) =>
    html
      .replaceAll(email, 'EMAIL')
      .replaceAll(encodeURIComponent(email), 'EMAIL')
      .replace(/interaction\/[\w-]+/g, 'interaction/UID')
      .replace(/resume=[\w-]+/g, 'resume=UID')
      .replace(/name="csrf" value="[^"]*"/g, 'CSRF');

  it.each([
    ['an unknown address', 'nobody@other.example', PASSWORD],
    ['an inactive account', 'gone@other.example', PASSWORD],
    ['a locked account, right password', 'locked@other.example', PASSWORD],
    ['a retired address', 'moved@other.example', PASSWORD],
    ['an account without a password of ours', 'sso@other.example', PASSWORD],
    ['C-13 the password of before the last change', 'former@other.example', PASSWORD],
  ])('B10 X28 answers %s exactly like a wrong password', async (_who, email, password) => {
    const { person: wrong } = await attempt('ada@other.example', 'Wrong-Horse-7');
    const { person } = await attempt(email, password);
    expect(person.status).toBe(401);
    expect(person.alerts.join()).toContain('The email or password is incorrect.');
    expect(shape(person, email)).toBe(shape(wrong, 'ada@other.example'));
  });

  it('B11 tells the owner of a retired address by mail which one to use, in their language, once a day', async () => {
    await attempt('moved@other.example', PASSWORD);
    const mails = (await gatehouse.sentMessages()).filter(
      ({ to, text }) => to === 'moved@other.example' && text.includes('moe@new.example'),
    );
    const advice = mails.filter(
      ({ subject }) => subject === 'Utilisez votre nouvelle adresse e-mail pour vous connecter',
    );
    expect(advice).toHaveLength(1);
  });
});

describe('addresses of a company with its own log-in', () => {
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    gatehouse = await startGatehouse({
      bootstrap: world({
        // Nobody answers there: the journey ends on the page that says so.
        upstream: { issuer: 'https://idp.invalid', clientId: 'gatehouse', clientSecret: 'secret' },
        accounts: [entry('sue@acme.example', 'Sue Sso', ['acme'])],
      }),
    });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(() => gatehouse.stop());

  it('B12 X28 treats known and unknown people alike, and offers neither a reset', async () => {
    const pages = [];
    for (const email of ['sue@acme.example', 'stranger@acme.example']) {
      const { person } = await beginLogIn(gatehouse, portal);
      await person.fill('Email', email).press('Continue');
      expect(person.hasLabel('Password')).toBe(false);
      expect(person.links()).not.toContain('Forgot your password?');
      pages.push([person.status, person.title, person.alerts, person.links()]);
    }
    expect(pages[0]).toEqual(pages[1]);
  });

  it('W1 takes no password for a company-run address, even when one is posted past the page', async () => {
    const { person } = await beginLogIn(gatehouse, portal);
    const { action: identify } = person.form();
    await person.fill('Email', 'ada@other.example').press('Continue');
    const { action, fields } = person.form();
    await person.follow('Not you?');
    expect(person.form().action.pathname).toBe(identify.pathname);
    await person.fill('Email', 'sue@acme.example').press('Continue');
    await person.post(action, { ...fields, password: PASSWORD });
    expect(person.hasLabel('Password')).toBe(false);
    expect(person.arrivedAt?.searchParams.has('code') ?? false).toBe(false);
  });
});
