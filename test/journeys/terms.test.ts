import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { relyingParty } from '../support/relying-party.ts';
import { accountOf, logIn } from '../support/sign-in.ts';
import { person as entry, world } from '../support/world.ts';

describe('terms and conditions', () => {
  let dataDir: string;
  let gatehouse: TestGatehouse;
  beforeAll(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-terms-'));
  });
  afterEach(() => gatehouse.stop());
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  async function start(version: string, url = 'https://www.example.com/terms') {
    gatehouse = await startGatehouse({
      dataDir,
      bootstrap: world({
        accounts: [entry('new@other.example', 'Nia New', ['beta'], { acceptedTerms: false })],
      }),
      env: { TERMS_VERSION: version, TERMS_URL: url },
    });
    return relyingParty(gatehouse.issuer);
  }

  it('A13 are agreed to once, after the password, and recorded', async () => {
    const portal = await start('2026-11');
    const { person } = await logIn(gatehouse, portal, 'new@other.example');
    expect(person.title).toBe('Terms and Conditions');
    expect(person.links()).toContain('Read the Terms and Conditions');
    await person.press('Agree');
    expect(person.status).toBe(422);
    await person.choose('I Agree to the Terms and Conditions').press('Agree');
    expect(person.arrivedAt?.searchParams.has('code')).toBe(true);
    const { acceptedTerms } = await accountOf(gatehouse, 'new@other.example');
    expect(acceptedTerms).toEqual({ version: '2026-11', at: expect.any(Number), ip: '127.0.0.1' });
    const again = await logIn(gatehouse, portal, 'new@other.example');
    expect(again.person.arrivedAt?.searchParams.has('code')).toBe(true);
  });

  it('A13 a new version asks again, people who are signed in too', async () => {
    const homes: string[] = [];
    let portal = await start('2026-11');
    homes.push(gatehouse.issuer);
    const { person } = await logIn(gatehouse, portal, 'ada@other.example', {
      browser: new JourneyBrowser(homes),
    });
    expect(person.arrivedAt?.searchParams.has('code')).toBe(true);
    await gatehouse.stop();
    portal = await start('2026-12');
    homes.push(gatehouse.issuer);
    const silent = await person.open((await portal.begin({ prompt: 'none' })).url);
    expect(silent.arrivedAt?.searchParams.get('error')).toBe('interaction_required');
    const pending = await portal.begin();
    await person.open(pending.url);
    expect(person.title).toBe('Terms and Conditions');
    await person.choose('I Agree to the Terms and Conditions').press('Agree');
    const claims = (await portal.complete(pending, person.arrivedAt)).claims();
    expect(claims?.['email']).toBe('ada@other.example');
  });

  it('A13 where no page has their text, the person is told whom to ask for it', async () => {
    const portal = await start('2027-01', '');
    const { person } = await logIn(gatehouse, portal, 'new@other.example');
    expect(person.links()).not.toContain('Read the Terms and Conditions');
    expect(person.text).toContain('You can ask your Company Administrator for their text.');
    expect(person.text).not.toContain('Please read');
  });
});
