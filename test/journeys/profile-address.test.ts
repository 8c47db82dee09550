import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { openProfile, proveAgain } from '../support/profile.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { accountOf, logIn } from '../support/sign-in.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { person as entry, PASSWORD, world } from '../support/world.ts';

const HOUR = 3_600_000;

describe('changing one’s email address', () => {
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  let clock: TravellingClock;
  beforeAll(async () => {
    clock = travellingClock();
    const names = [
      'moves',
      'cancels',
      'late',
      'hijacker',
      'owner',
      'targeted',
      'prober',
      'discreet',
      'bomber',
      'reset',
    ];
    gatehouse = await startGatehouse({
      clock,
      bootstrap: world({
        companies: [
          {
            id: 'delta',
            name: 'Delta Docks',
            connections: [
              {
                id: 'delta-idp',
                protocol: 'oidc',
                issuer: 'http://localhost:9',
                clientId: 'x',
                clientSecret: 'y',
              },
            ],
            domains: [
              { domain: 'delta.example', verified: true, ssoTargeted: true, connection: 'delta-idp' },
            ],
          },
        ],
        accounts: names.map((name) => entry(`${name}@other.example`, 'Pat Profile', ['beta'])),
      }),
    });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(async () => {
    await gatehouse.stop();
    clock.restore();
  });

  const browser = () => new JourneyBrowser([gatehouse.issuer]);

  /** Asks for the change; the browser is back on the profile. */
  async function wish(name: string, newAddress: string): Promise<JourneyBrowser> {
    const person = await openProfile(browser(), gatehouse.issuer, `${name}@other.example`);
    await person.follow('Change email address');
    await proveAgain(person);
    return person.fill('New email address', newAddress).press('Send Confirmation Mails');
  }

  async function linkTo(address: string): Promise<string> {
    const mails = (await gatehouse.sentMessages()).filter(({ to }) => to === address);
    const link = /^http:\/\/localhost\S+confirm-address\S+$/m.exec(mails.at(-1)?.text ?? '')?.[0];
    if (!link) throw new Error(`no link was sent to ${address}`);
    return link;
  }

  it('W6 X38 B11 changes only after both mailboxes agreed; GET changes nothing, every sign-in ends, and the old address logs nobody in', async () => {
    const person = await wish('moves', 'Moved@New.example');
    expect(person.text).toContain('A change to Moved@New.example is waiting for confirmation:');
    const [toNew, toOld] = [await linkTo('moved@new.example'), await linkTo('moves@other.example')];
    const mailbox = await browser().open(toNew);
    // The token has left the address.
    expect(mailbox.url.href).toBe(`${gatehouse.issuer}/confirm-address`);
    expect(mailbox.text).toContain(
      'The email address of the account moves@other.example is to be changed to Moved@New.example.',
    );
    expect(mailbox.buttons()).not.toContain('Cancel the Change');
    await mailbox.open(toNew);
    await mailbox.press('Confirm Change');
    expect(mailbox.text).toContain('Now open the link that was mailed to your present address.');
    expect((await accountOf(gatehouse, 'moves@other.example')).email).toBe('moves@other.example');
    await person.open('/profile');
    expect(person.text).toContain('The new address is confirmed.');
    const old = await browser().open(toOld);
    await old.press('Confirm Change');
    expect(old.title).toBe('Your email address was changed');
    expect(await accountOf(gatehouse, 'moved@new.example')).toMatchObject({
      email: 'Moved@New.example',
      emailVerified: true,
    });
    await person.open('/profile');
    expect(person.title).toBe('Log in to Gatehouse');
    await old.open(toOld);
    expect([old.status, old.title]).toEqual([410, 'This link no longer works']);
    const subjects = (await gatehouse.sentMessages())
      .filter(({ to }) => to === 'moves@other.example')
      .map(({ subject }) => subject);
    expect(subjects).toEqual(['Your email address is to be changed', 'Your email address was changed']);
    const late = await logIn(gatehouse, portal, 'moves@other.example');
    expect(late.person.alerts.join()).toContain('The email or password is incorrect.');
    const last = (await gatehouse.sentMessages()).filter(({ to }) => to === 'moves@other.example').at(-1);
    expect(last?.text).toContain('Moved@New.example');
  });

  it('X4 the old mailbox says no: the link of the new one is dead', async () => {
    const person = await wish('cancels', 'cancelled@new.example');
    const old = await browser().open(await linkTo('cancels@other.example'));
    await old.press('Cancel the Change');
    expect(old.title).toBe('The change was cancelled');
    const mailbox = await browser().open(await linkTo('cancelled@new.example'));
    expect(mailbox.status).toBe(410);
    await person.open('/profile');
    expect(person.text).not.toContain('cancelled@new.example');
  });

  it('X4 a wish that nobody proved takes the address from nobody and dies when its owner proves it', async () => {
    await wish('hijacker', 'victim@new.example');
    const [toNew, toOld] = [await linkTo('victim@new.example'), await linkTo('hijacker@other.example')];
    await (await browser().open(toOld)).press('Confirm Change');
    const made = await gatehouse.accounts.create({
      email: 'victim@new.example',
      name: 'Vic',
      status: 'active',
      emailVerified: true,
    });
    expect(made.outcome).toBe('created');
    // Even the owner's own click on the stranger's link gives nothing away.
    const mailbox = await browser().open(toNew);
    await mailbox.press('Confirm Change');
    expect(mailbox.status).toBe(410);
    expect((await accountOf(gatehouse, 'victim@new.example')).name).toBe('Vic');
    expect((await accountOf(gatehouse, 'hijacker@other.example')).email).toBe('hijacker@other.example');
  });

  it('X28 says the same of an address that somebody has, and writes nothing to it', async () => {
    const person = await wish('prober', 'owner@other.example');
    expect(person.text).toContain('A change to owner@other.example is waiting for confirmation:');
    const toOwner = (await gatehouse.sentMessages()).filter(({ to }) => to === 'owner@other.example');
    expect(toOwner).toEqual([]);
    await person.press('Cancel the Change');
    expect(person.text).toContain('The change of your email address was cancelled.');
  });

  it('E1 refuses addresses that an identity provider gives, at the wish and at the last click (W3)', async () => {
    const person = await wish('targeted', 'me@delta.example');
    expect([person.status, ...person.alerts]).toEqual([
      422,
      'Addresses of this domain are given by a company’s administrator or identity provider.',
    ]);
    await person.fill('New email address', 'me@later.example').press('Send Confirmation Mails');
    const toNew = await linkTo('me@later.example');
    await gatehouse.companies.putDomain(
      {
        domain: 'later.example',
        companyId: 'delta',
        verified: true,
        ssoTargeted: true,
        connectionId: 'delta-idp',
      },
      { actor: 'system' },
    );
    expect((await browser().open(toNew)).status).toBe(410);
  });

  it('X32 sends five mails an hour to strangers at most', async () => {
    const person = await wish('bomber', 'one@new.example');
    for (const name of ['two', 'three', 'four', 'five', 'six']) {
      await person.open('/profile/email');
      await person.fill('New email address', `${name}@new.example`).press('Send Confirmation Mails');
    }
    expect([person.status, ...person.alerts]).toEqual([
      429,
      'There were too many requests. Wait an hour, then try again.',
    ]);
    const sent = (await gatehouse.sentMessages()).map(({ to }) => to);
    expect(sent).toContain('five@new.example');
    expect(sent).not.toContain('six@new.example');
  });

  it('X27 X39 makes links from ISSUER, and leaves no token and no password in log or record', async () => {
    await wish('discreet', 'discreet@new.example');
    await gatehouse.settle();
    const token = /token=([\w-]+)/.exec(await linkTo('discreet@other.example'))?.[1] ?? '';
    expect(token).toHaveLength(43);
    const { id } = await accountOf(gatehouse, 'discreet@other.example');
    const { items } = await gatehouse.audit.list({ accountId: id });
    for (const told of [gatehouse.logLines(), JSON.stringify(items)]) {
      expect(told).not.toContain(token);
      expect(told).not.toContain(PASSWORD);
    }
  });

  it('X4 dies with a new password of the account, and after a day', async () => {
    await wish('reset', 'reset@new.example');
    const account = await accountOf(gatehouse, 'reset@other.example');
    await gatehouse.credentials.passwords.set(account, 'Battery-Staple-8', {
      minLength: 8,
      reason: 'reset',
      actor: account.id,
    });
    expect((await browser().open(await linkTo('reset@new.example'))).status).toBe(410);
    await wish('late', 'late@new.example');
    const toNew = await linkTo('late@new.example');
    clock.advance(25 * HOUR);
    expect((await browser().open(toNew)).status).toBe(410);
  });
});
