import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { accountOf, beginLogIn, logIn } from '../support/sign-in.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { person as entry, PASSWORD, TOTP_SECRET, world } from '../support/world.ts';

const WRONG = 'Wrong-Horse-7';
const BUILDERS = { id: 'builders', name: 'Bridge Builders', settings: { loginNames: { label: 'builders' } } };
const STRICT = {
  id: 'strict',
  name: 'Strict Steel',
  settings: { lockout: { enabled: true }, loginNames: { label: 'steel' } },
};
const named = (company: string, loginName: string) => ({ memberships: [{ company, loginName }] });

describe('log-in names', () => {
  let clock: TravellingClock;
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    clock = travellingClock();
    gatehouse = await startGatehouse({
      clock,
      env: { LIMIT_LOGINS_PER_MINUTE: '1000', LIMIT_RESETS_PER_MINUTE: '1000' },
      bootstrap: world({
        // Nobody answers there: the journey ends on the page that says so.
        upstream: { issuer: 'https://idp.invalid', clientId: 'gatehouse', clientSecret: 'secret' },
        companies: [
          BUILDERS,
          STRICT,
          { id: 'plain', name: 'Plain Paint' },
          { id: 'fickle', name: 'Fickle Floors', settings: { loginNames: { label: 'fickle' } } },
        ],
        accounts: [
          entry('nina@other.example', 'Nina Named', [], named('builders', 'Nina.77')),
          entry('nick@other.example', 'Nick Named', [], {
            ...named('builders', 'nick'),
            totpSecret: TOTP_SECRET,
          }),
          entry('lena@other.example', 'Lena Locked', [], named('strict', 'lena')),
          entry('lars@other.example', 'Lars Locked', [], named('strict', 'lars')),
          entry('gone@other.example', 'Gus Gone', [], named('builders', 'gus')),
          entry('left@other.example', 'Lea Left', ['beta'], {
            memberships: [{ company: 'beta' }, { company: 'builders', loginName: 'lea' }],
          }),
          entry('faye@other.example', 'Faye Fickle', [], named('fickle', 'faye')),
          entry('mona@other.example', 'Mona Mail', [], named('builders', 'mona')),
          entry('max.mail@other.example', 'Max Mail', [], named('builders', 'max')),
          entry('sue@acme.example', 'Sue Sso', ['acme'], named('builders', 'sue')),
        ],
      }),
    });
    portal = await relyingParty(gatehouse.issuer);
    const gone = await accountOf(gatehouse, 'gone@other.example');
    await gatehouse.accounts.setStatus(gone.id, 'inactive', { actor: 'system' });
    await end('left@other.example', 'builders');
  });
  afterAll(async () => {
    clock.restore();
    await gatehouse.stop();
  });

  async function end(email: string, companyId: string): Promise<void> {
    const { id } = await accountOf(gatehouse, email);
    const membership = await gatehouse.companies.membership(companyId, id);
    if (!membership) throw new Error(`${email} is not in ${companyId}`);
    await gatehouse.companies.putMembership({ ...membership, status: 'inactive' }, { actor: 'system' });
  }
  const attempt = async (typed: string, password: string, browser?: JourneyBrowser) =>
    (await logIn(gatehouse, portal, typed, { password, ...(browser && { browser }) })).person;
  const isIn = (person: JourneyBrowser) => person.arrivedAt?.searchParams.has('code') ?? false;
  const isLocked = async (email: string) =>
    (await gatehouse.credentials.passwords.lockState((await accountOf(gatehouse, email)).id)).locked;
  const mailsTo = async (email: string) => (await gatehouse.sentMessages()).filter(({ to }) => to === email);

  /** A page without what differs by its nature: what was typed, tokens, ids. */
  const shape = ({ html }: JourneyBrowser, typed: string) =>
    html
      .replaceAll(typed, 'TYPED')
      .replaceAll(encodeURIComponent(typed), 'TYPED')
      .replace(/interaction\/[\w-]+/g, 'interaction/UID')
      .replace(/resume=[\w-]+/g, 'resume=UID')
      .replace(/name="csrf" value="[^"]*"/g, 'CSRF');

  it('A5 C6 a log-in name leads to the same account as the address, in any case, and the page shows what was typed', async () => {
    const { person, pending } = await beginLogIn(gatehouse, portal);
    await person.fill('Email', ' NINA.77@Builders ').press('Continue');
    expect(person.title).toBe('Enter your password');
    expect(person.html).toContain('NINA.77@Builders');
    expect(person.html).not.toContain('nina@other.example');
    await person.fill('Password', PASSWORD).press('Continue');
    const tokens = await portal.complete(pending, person.arrivedAt);
    expect(tokens.claims()).toMatchObject({
      sub: (await accountOf(gatehouse, 'nina@other.example')).id,
      email: 'nina@other.example',
      company_id: 'builders',
    });
  });

  it('A5 a log-in name works as login_hint, and the second factor is asked as ever', async () => {
    const { person } = await beginLogIn(gatehouse, portal, { params: { login_hint: 'nick@builders' } });
    expect(person.title).toBe('Enter your password');
    expect(person.html).not.toContain('nick@other.example');
    await person.fill('Password', PASSWORD).press('Continue');
    expect(person.hasLabel('Enter Your 6-digit Verification Code')).toBe(true);
  });

  it('W4 A5 a tab in which the name was typed goes on when its person has logged in in another one', async () => {
    const { person, pending } = await beginLogIn(gatehouse, portal);
    await person.fill('Email', 'nina.77@builders').press('Continue');
    const tab = person.url;
    await logIn(gatehouse, portal, 'nina@other.example', { browser: person });
    await person.open(tab);
    expect((await portal.complete(pending, person.arrivedAt)).claims()).toMatchObject({
      email: 'nina@other.example',
    });
  });

  it.each([
    ['a name that nobody has', 'nobody@builders'],
    ['a label that no company has', 'nina.77@nowhere'],
    ['a name of another company', 'nina.77@steel'],
    ['a company that gives none', 'ada@plain'],
    ['the name of an inactive account', 'gus@builders'],
    ['the name of an ended membership', 'lea@builders'],
    ['the name of a person who signs in elsewhere', 'sue@builders'],
  ])('B10 X28 answers %s exactly like a wrong password for an address', async (_what, typed) => {
    const wrong = await attempt('ada@other.example', WRONG);
    const person = await attempt(typed, PASSWORD);
    expect(person.status).toBe(401);
    expect(person.alerts.join()).toContain('The email or password is incorrect.');
    expect(shape(person, typed)).toBe(shape(wrong, 'ada@other.example'));
  });

  it('A5 a company that withdraws its log-in names makes them unknown at once', async () => {
    expect(isIn(await attempt('faye@fickle', PASSWORD))).toBe(true);
    const { settings, ...company } = (await gatehouse.companies.byId('fickle')) ?? missing('fickle');
    const { person } = await beginLogIn(gatehouse, portal);
    await person.fill('Email', 'faye@fickle').press('Continue');
    await gatehouse.companies.put(
      { ...company, settings: { ...settings, loginNames: null } },
      { actor: 'system' },
    );
    await person.fill('Password', PASSWORD).press('Continue');
    expect(person.status).toBe(401);
    expect(isIn(await attempt('faye@other.example', PASSWORD))).toBe(true);
  });

  it('F2 X36 attack: name and address have one budget of tries, whichever is guessed with', async () => {
    for (const typed of ['lena@steel', 'lena@other.example', 'LENA@steel']) await attempt(typed, WRONG);
    expect(await isLocked('lena@other.example')).toBe(true);
    for (const typed of ['lena@steel', 'lena@other.example'])
      expect((await attempt(typed, PASSWORD)).status).toBe(401);
    expect((await mailsTo('lena@other.example')).map(({ subject }) => subject)).toEqual([
      'Your account has been locked',
    ]);
  });

  it('F3 C5 the page of a lock in one’s own browser names what was typed, not the address', async () => {
    const before = await attempt('lars@other.example', PASSWORD);
    const known = (await before.jar.getCookies(gatehouse.issuer)).find(({ key }) => key === 'gh_known');
    const own = new JourneyBrowser([gatehouse.issuer]);
    await own.jar.setCookie(String(known), gatehouse.issuer);
    for (let n = 0; n < 3; n++) await attempt('lars@steel', WRONG, own);
    expect([own.status, own.title]).toEqual([403, 'Account Locked']);
    expect(own.html).not.toContain('lars@other.example');
  });

  describe('at /forgot-password', () => {
    const ask = async (typed: string) => {
      const browser = new JourneyBrowser([gatehouse.issuer]);
      await browser.open(`${gatehouse.issuer}/forgot-password`);
      return browser.fill('Email', typed).press('Submit');
    };

    it('D2 A5 a log-in name sends the link to the address of its account, and every name is answered alike', async () => {
      const known = await ask('mona@builders');
      const unknown = await ask('nobody@builders');
      expect(shape(known, 'mona@builders')).toBe(shape(unknown, 'nobody@builders'));
      expect(known.html).not.toContain('mona@other.example');
      const mails = await mailsTo('mona@other.example');
      expect(mails.map(({ text }) => text.includes('/reset-password?token='))).toEqual([true]);
      const sent = await gatehouse.sentMessages();
      expect(sent.filter(({ to }) => to.endsWith('@builders'))).toEqual([]);
    });

    it('X32 attack: name and address have one budget of mails, and the page does not tell that they belong together', async () => {
      for (let n = 0; n < 8; n++) {
        await ask('max@builders');
        await ask('max.mail@other.example');
      }
      expect(await mailsTo('max.mail@other.example')).toHaveLength(10);
    });

    it('X28 attack: "Send it again" for a name right after its address does not tell that they belong together', async () => {
      const page = await ask('nina@other.example');
      const { action, fields } = page.form();
      const again = (email: string) => page.post(action, { ...fields, email });
      const answers = [];
      for (const email of ['nina.77@builders', 'stranger@builders', 'nina@other.example'])
        answers.push([email, (await again(email)).status]);
      expect(answers).toEqual([
        ['nina.77@builders', 200],
        ['stranger@builders', 200],
        ['nina@other.example', 429],
      ]);
    });

    it('D8 B6 the owner of a name who signs in elsewhere is told so at their address', async () => {
      await ask('sue@builders');
      const mails = await mailsTo('sue@acme.example');
      expect(mails).toHaveLength(1);
      expect(mails[0]?.text).not.toContain('/reset-password?token=');
    });
  });

  it('A5 a label belongs to one company and a name to one member, also when several are given at once', async () => {
    const builders = (await gatehouse.companies.byId('builders')) ?? missing('builders');
    const rivals = ['north', 'south', 'east'].map((id) => ({
      ...builders,
      id,
      settings: { ...builders.settings, loginNames: { label: 'contested' } },
    }));
    const put = await Promise.allSettled(
      rivals.map((company) => gatehouse.companies.put(company, { actor: 'system' })),
    );
    expect(put.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(
      gatehouse.companies.put({ ...builders, id: 'west' }, { actor: 'system' }),
    ).rejects.toMatchObject({ code: 'login-label-taken', status: 409 });
    expect(await gatehouse.companies.byId('west')).toBeUndefined();

    const people = await Promise.all(
      ['ada@other.example', 'duo@other.example', 'max@other.example'].map((email) =>
        accountOf(gatehouse, email),
      ),
    );
    const given = await Promise.allSettled(
      people.map(({ id: accountId }) =>
        gatehouse.companies.putMembership(
          {
            companyId: 'plain',
            accountId,
            status: 'active',
            permissions: { companyAdmin: 'none', directory: 'none' },
            loginName: 'boss',
            createdAt: clock.now(),
          },
          { actor: 'system' },
        ),
      ),
    );
    expect(given.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(given.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'login-name-taken', status: 409 },
    });
  });

  it('A5 My Profile Settings show the log-in name beside its company', async () => {
    const browser = new JourneyBrowser([gatehouse.issuer]);
    await browser.open(`${gatehouse.issuer}/profile`);
    await browser.fill('Email', 'nina.77@builders').press('Continue');
    await browser.fill('Password', PASSWORD).press('Continue');
    expect(browser.text).toContain('Log-in name: nina.77@builders');
  });
});

function missing(what: string): never {
  throw new Error(`no ${what}`);
}
