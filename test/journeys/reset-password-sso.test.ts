import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { linkTo, mailsTo } from '../support/mails.ts';
import { person as entry, world } from '../support/world.ts';

describe('resetting the password of people whose company signs them in', () => {
  let gatehouse: TestGatehouse;
  beforeAll(async () => {
    gatehouse = await startGatehouse({
      bootstrap: world({
        upstream: { issuer: 'https://idp.invalid', clientId: 'gatehouse', clientSecret: 'secret' },
        accounts: [
          entry('sue@acme.example', 'Sue Sso', ['acme']),
          entry('tom@later.example', 'Tom Targeted', ['acme']),
        ],
      }),
    });
  });
  afterAll(() => gatehouse.stop());

  const browser = () => new JourneyBrowser([gatehouse.issuer]);

  async function request(email: string): Promise<JourneyBrowser> {
    const person = await browser().open(`${gatehouse.issuer}/forgot-password`);
    return person.fill('Email', email).press('Submit');
  }

  const target = (domain: string) =>
    gatehouse.companies.putDomain(
      {
        domain,
        companyId: 'acme',
        connectionId: 'acme-idp',
        verified: true,
        ssoTargeted: true,
      },
      { actor: 'system' },
    );

  it.each([
    'sue@acme.example',
    'stranger@acme.example',
  ])('D8 D9 E4 %s sees the neutral page and is sent to the IT team, without any token', async (email) => {
    const plain = await request('nobody@other.example');
    const person = await request(email);
    expect(person.text.replace(email, '')).toBe(plain.text.replace('nobody@other.example', ''));
    const [mail, ...more] = await mailsTo(gatehouse, email);
    expect(more).toEqual([]);
    expect(mail?.text).toContain(
      'Acme Builders uses Single Sign-On (SSO): your password is managed by your company',
    );
    expect(mail?.text).toContain('it@acme.example');
    expect(`${mail?.text}${mail?.html}`).not.toMatch(/token|reset-password\?/);
  });

  it('D10 whoever is unsure is sent to the Company Administrator, on page and in mail', async () => {
    const person = await browser().open(`${gatehouse.issuer}/forgot-password`);
    expect(person.text).toContain('Not sure whether SSO is used? Ask your Company Administrator.');
    await request('unsure@acme.example');
    const [mail] = await mailsTo(gatehouse, 'unsure@acme.example');
    expect(mail?.text).toContain('Ask your Company Administrator.');
  });

  it('W3 a domain that was targeted between the mail and the click ends the link, before and after the form', async () => {
    await request('tom@later.example');
    const link = await linkTo(gatehouse, 'tom@later.example');
    const opened = await browser().open(link);
    expect(opened.title).toBe('Create a New Password');
    await target('later.example');
    await opened
      .fill('Password', 'Battery-Staple-8')
      .fill('Confirm', 'Battery-Staple-8')
      .press('Reset Password');
    expect([opened.status, opened.title]).toEqual([410, 'This link no longer works']);
    const again = await browser().open(link);
    expect([again.status, again.text]).toEqual([410, opened.text]);
    // No word of the domain: as for a link that nobody ever sent.
    const madeUp = await browser().open(`${gatehouse.issuer}/reset-password?token=${'x'.repeat(43)}`);
    expect(opened.text).toBe(madeUp.text);
  });
});
