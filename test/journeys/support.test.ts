import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { accountOf } from '../support/sign-in.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { world } from '../support/world.ts';

const DAY = 24 * 60 * 60_000;
const SUPPORT = 'support@gatehouse.example';
const sue = { actor: 'operator-cli', by: 'Sue Support' };

describe('a forgotten e-mail address', () => {
  let clock: TravellingClock;
  let gatehouse: TestGatehouse;
  beforeAll(async () => {
    clock = travellingClock();
    gatehouse = await startGatehouse({ clock, bootstrap: world(), env: { SUPPORT_EMAIL: SUPPORT } });
  });
  // The minute's limit is not what most of these are about.
  beforeEach(() => clock.advance(60_000));
  afterAll(async () => {
    clock.restore();
    await gatehouse.stop();
  });

  const browse = (language = 'en') => new JourneyBrowser([gatehouse.issuer], { 'accept-language': language });
  const open = async (path: string, language?: string) => browse(language).open(`${gatehouse.issuer}${path}`);
  const write = async (person: JourneyBrowser, name = 'Ada  example') =>
    person
      .fill('Full name', name)
      .fill('Name of the company that owns the account', 'Beta Bridges')
      .fill('Name of the project(s) with access', 'Harbour <b>Bridge</b>')
      .press('Send');
  const caseOf = (page: JourneyBrowser) => /\b\d{10}\b/.exec(page.text)?.[0] ?? '';

  it('N1 N5 the help page says whom to ask and where to look, and leads to the form', async () => {
    const person = await open('/help/sign-in');
    await person.follow('More on a forgotten email');
    expect(person.title).toBe('I forgot my email');
    expect(person.text).toMatch(/contact the Company Administrator.*Company Directory/);
    expect(person.text).toMatch(/Search your inboxes/);
    await person.follow('Send a request to support');
    expect(person.title).toBe('Ask for your email address');
    expect((await open('/help/email', 'fr')).title).toBe('J’ai oublié mon adresse e-mail');
  });

  it('N5 every help page leads on to one’s own account, and so does the bare address', async () => {
    for (const topic of ['sign-in', 'email', 'sso', 'mfa']) {
      const person = await open(`/help/${topic}`);
      await person.follow('Go to My Profile Settings');
      expect([topic, person.title]).toEqual([topic, 'Log in to Gatehouse']);
    }
    expect((await open('/')).title).toBe('Log in to Gatehouse');
    expect((await open('/help/mfa', 'fr')).links()).toContain('Accéder aux paramètres de mon profil');
  });

  it('N2 the form has exactly three fields, keeps what was written, and opens a case that support learns of by mail', async () => {
    const person = await open('/support');
    const visible = Object.keys(person.form().fields).filter((name) => name !== 'csrf');
    expect(visible).toEqual(['fullName', 'companyName', 'projects']);
    await person.fill('Full name', 'Ada  example').press('Send');
    expect(person.status).toBe(422);
    expect(person.form().fields).toMatchObject({ fullName: 'Ada example', companyName: '' });
    await write(person);
    expect([person.status, person.title]).toEqual([200, 'Your request was received']);
    const id = caseOf(person);
    await person.fill('Where can we reach you?', 'no address').press('Send');
    expect([person.status, caseOf(person)]).toEqual([422, id]);
    const { action, fields } = person.form();
    await person.fill('Where can we reach you?', 'ada@private.example').press('Send');
    expect(person.title).toBe('We will get in touch');
    // Once only, and by the browser of the form alone.
    await person.post(action, { ...fields, replyTo: 'eve@evil.example' });
    expect(person.status).toBe(404);
    const mails = (await gatehouse.sentMessages()).filter(
      ({ to, subject }) => to === SUPPORT && subject === `Support request ${id}`,
    );
    expect(mails).toHaveLength(2);
    expect(mails[0]?.text).toContain('Full name: Ada example\n');
    expect(mails[0]?.html).not.toContain('<b>Bridge</b>');
    expect(mails[1]?.text).toContain('Answer to: ada@private.example\n');
    expect(await gatehouse.support.read(id, sue)).toMatchObject({ replyTo: 'ada@private.example' });
  });

  it('N2 X28 the answer is the same for people who exist and people who do not', async () => {
    const pages = [];
    for (const name of ['Ada Example', 'Nobody At All']) {
      const person = await open('/support');
      await write(person, name);
      pages.push([person.status, person.text.replace(/\d{10}/, 'CASE')]);
    }
    expect(pages[0]).toEqual(pages[1]);
  });

  it('N3 N4 an address is revealed only after a recorded match, which needs recorded questions; each act is audited', async () => {
    const person = await open('/support');
    await write(person);
    const id = caseOf(person);
    const { support } = gatehouse;
    const ada = await accountOf(gatehouse, 'ada@other.example');
    const candidates = await support.candidates(id, 'beta');
    expect(candidates).toMatchObject([{ accountId: ada.id, companies: ['Beta Bridges'] }]);
    expect(JSON.stringify(candidates)).not.toContain('ada@');
    await expect(support.reveal(id, sue)).rejects.toMatchObject({ code: 'support.not-matched' });
    await expect(support.decide(id, ada.id, sue)).rejects.toMatchObject({ code: 'support.unchecked' });
    await support.recordCheck(id, { question: 'Who invited you?', answer: 'Boris' }, sue);
    await expect(support.reveal(id, sue)).rejects.toMatchObject({ code: 'support.not-matched' });
    await support.decide(id, ada.id, sue);
    expect(await support.reveal(id, sue)).toBe('ada@other.example');
    await expect(support.decide(id, undefined, sue)).rejects.toMatchObject({ code: 'support.decided' });
    expect((await support.list('matched')).map((one) => one.id)).toEqual([id]);
    await gatehouse.settle();
    const { items } = await gatehouse.audit.list({ limit: 1000 });
    const acts = items.filter(({ details }) => details['case'] === id).reverse();
    expect(acts.map(({ type, details }) => [type, details['by'] ?? ''])).toEqual([
      ['support.case-opened', ''],
      ['support.check-recorded', 'Sue Support'],
      ['support.matched', 'Sue Support'],
      ['support.address-revealed', 'Sue Support'],
    ]);
    expect(acts.at(-1)).toMatchObject({ accountId: ada.id });
    expect(JSON.stringify(items)).not.toMatch(/Boris|Who invited/);
  });

  it('N4 no match is final, and nothing is revealed', async () => {
    const person = await open('/support');
    await write(person);
    const id = caseOf(person);
    await gatehouse.support.decide(id, undefined, sue);
    await expect(gatehouse.support.reveal(id, sue)).rejects.toMatchObject({ code: 'support.not-matched' });
    const ada = await accountOf(gatehouse, 'ada@other.example');
    await expect(gatehouse.support.decide(id, ada.id, sue)).rejects.toMatchObject({
      code: 'support.decided',
    });
  });

  it('X19 X32 takes no forged form, five a minute and twenty a day of one network, and says how long to wait', async () => {
    // A day has just begun: none of its limits ends within the test.
    clock.advance(DAY - (clock.now() % DAY));
    const person = await open('/support');
    const { action, fields } = person.form();
    const filled = { ...fields, fullName: 'A', companyName: 'B', projects: 'C' };
    await person.post(action, { ...filled, csrf: 'forged' });
    expect(person.status).toBe(403);
    clock.advance(60_000 - (clock.now() % 60_000));
    const statuses = [];
    for (let n = 0; n < 6; n++) statuses.push((await person.post(action, filled)).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    expect(person.title).toBe('Too many attempts');
    expect(person.text).toMatch(/Wait \d+ seconds, then try again\./);
    for (let n = 0; n < 20; n++) {
      clock.advance(60_000);
      await person.post(action, filled);
      if (person.status === 429) break;
    }
    expect(person.text).toMatch(/Wait \d+ (hours|minutes), then try again\./);
    expect(person.headers.get('retry-after')).toMatch(/^\d{3,5}$/);
    // The day of this test takes its limit along.
    clock.advance(DAY);
  });
});
