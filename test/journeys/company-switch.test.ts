import { refreshTokenGrant } from 'openid-client';
import { refreshTokenOf, refusal } from '../support/endpoint.ts';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { client } from '../support/protocol-clients.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { accountOf, logIn } from '../support/sign-in.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { person as entry, TOTP_SECRET, totpCode, world } from '../support/world.ts';

const CODE = 'Enter Your 6-digit Verification Code';
const enforced = { required: true, enforcementDate: '2026-01-01', timeZone: 'UTC' };

describe('a sign-in without a second factor that turns to another company', () => {
  let clock: TravellingClock;
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  let second: RelyingParty;
  beforeAll(async () => {
    clock = travellingClock();
    const totpSecret = TOTP_SECRET;
    gatehouse = await startGatehouse({
      clock,
      bootstrap: world({
        companies: [
          { id: 'week', name: 'Week Works', settings: { mfa: { ...enforced, trustedDeviceDays: 7 } } },
          { id: 'month', name: 'Month Masonry', settings: { mfa: { ...enforced, trustedDeviceDays: 30 } } },
        ],
        accounts: [
          entry('spared@other.example', 'Sal Spared', ['week', 'month'], { totpSecret }),
          ...['here', 'there', 'again', 'lured', 'unready'].map((name) =>
            entry(`${name}@other.example`, 'Nell New', ['beta'], name === 'unready' ? {} : { totpSecret }),
          ),
        ],
        clients: [client('second'), client('stranger', { first_party: false })],
      }),
    });
    portal = await relyingParty(gatehouse.issuer);
    second = await relyingParty(gatehouse.issuer, { clientId: 'second', clientSecret: 'second-secret' });
  });
  afterAll(async () => {
    await gatehouse.stop();
    clock.restore();
  });

  async function giveCode(person: JourneyBrowser) {
    clock.advance(60_000);
    return person.fill(CODE, await totpCode(clock.now())).press('Continue');
  }
  /** Signed in with a password alone, and then made a member of a company that enforces a second factor. */
  async function joined(name: string): Promise<JourneyBrowser> {
    const account = await accountOf(gatehouse, `${name}@other.example`);
    await gatehouse.accounts.update(account.id, (stored) => ({ ...stored, alwaysSecondFactor: false }));
    const { person } = await logIn(gatehouse, portal, account.email);
    expect(person.arrivedAt?.searchParams.has('code')).toBe(true);
    const [beta] = await gatehouse.companies.membershipsOf(account.id);
    if (!beta) throw new Error('no membership');
    await gatehouse.companies.putMembership({ ...beta, companyId: 'gamma' }, { actor: 'test' });
    return person;
  }

  it('A17 X42 proves one at the relying party where it had another company, and is then good for it', async () => {
    const person = await joined('here');
    const switched = await portal.begin({ company: 'gamma' });
    await person.open(switched.url);
    expect([person.arrivedAt, person.hasLabel(CODE)]).toEqual([undefined, true]);
    await giveCode(person);
    expect((await portal.complete(switched, person.arrivedAt)).claims()).toMatchObject({
      company_id: 'gamma',
      acr: 'urn:gatehouse:acr:mfa-app',
    });
    await person.open((await second.begin({ company: 'gamma' })).url);
    expect(person.arrivedAt?.searchParams.has('code')).toBe(true);
  });

  it('A17 X42 proves one at a relying party that it is new to, and gets nothing in silence', async () => {
    const person = await joined('there');
    await person.open((await second.begin({ company: 'gamma', prompt: 'none' })).url);
    expect(person.arrivedAt?.searchParams.has('code')).toBe(false);
    await person.open((await second.begin()).url);
    await person.choose('Gamma Glass').press('Continue');
    expect(person.hasLabel(CODE)).toBe(true);
    await person.open((await second.begin({ company: 'beta' })).url);
    expect(person.arrivedAt?.searchParams.has('code')).toBe(true);
  });

  it('A17 X42 has not switched by asking: the second request owes the factor like the first', async () => {
    const person = await joined('again');
    for (const time of ['first', 'second']) {
      await person.open((await portal.begin({ company: 'gamma' })).url);
      expect([time, person.arrivedAt, person.hasLabel(CODE)]).toEqual([time, undefined, true]);
    }
    const silent = await portal.begin();
    await person.open(silent.url);
    expect((await portal.complete(silent, person.arrivedAt)).claims()?.['company_id']).toBe('beta');
  });

  const tokensOf = async (person: JourneyBrowser, params = {}, party = portal) => {
    const pending = await party.begin(params);
    await person.open(pending.url);
    return party.complete(pending, person.arrivedAt);
  };
  const refreshed = async (token: string, party = portal) =>
    (await refreshTokenGrant(party.configuration, token)).claims()?.['company_id'];

  it('A17 X19 loses nothing by a link of any site to its other company, before the switch is done', async () => {
    const person = await joined('lured');
    const before = await tokensOf(person);
    for (const more of [{}, { prompt: 'none' }, { prompt: 'login' }, { scope: 'nothing' }])
      await person.open((await portal.begin({ company: 'gamma', ...more })).url);
    const token = refreshTokenOf(await refreshTokenGrant(portal.configuration, refreshTokenOf(before)));
    const again = await tokensOf(person, { prompt: 'none' });
    expect([again.claims()?.['company_id'], await refreshed(refreshTokenOf(again))]).toEqual([
      'beta',
      'beta',
    ]);

    const switched = await portal.begin({ company: 'gamma' });
    await giveCode(await person.open(switched.url));
    const { refresh_token = '' } = await portal.complete(switched, person.arrivedAt);
    expect(await refreshed(refresh_token)).toBe('gamma');
    expect(await refusal(refreshTokenGrant(portal.configuration, token))).toBe('invalid_grant');
  });

  it('A17 X19 ends the former company’s tokens where the switch needs no question', async () => {
    const { person, pending } = await logIn(gatehouse, portal, 'duo@other.example', {
      params: { company: 'acme' },
    });
    const ofAcme = refreshTokenOf(await portal.complete(pending, person.arrivedAt));
    const ofBeta = refreshTokenOf(await tokensOf(person, { company: 'beta', prompt: 'none' }));
    expect(await refusal(refreshTokenGrant(portal.configuration, ofAcme))).toBe('invalid_grant');
    expect(await refreshed(ofBeta)).toBe('beta');
  });

  it('A17 X19 keeps what a third party was allowed for one company while it asks for another', async () => {
    const stranger = await relyingParty(gatehouse.issuer, {
      clientId: 'stranger',
      clientSecret: 'stranger-secret',
      scope: 'openid company offline_access',
    });
    const params = { company: 'acme', prompt: 'consent' };
    const { person, pending } = await logIn(gatehouse, stranger, 'duo@other.example', { params });
    await person.press('Accept');
    const allowed = refreshTokenOf(await stranger.complete(pending, person.arrivedAt));
    await person.open((await stranger.begin({ ...params, company: 'beta' })).url);
    await person.press('Decline');
    expect(person.arrivedAt?.searchParams.get('error')).toBe('access_denied');
    expect(await refreshed(allowed, stranger)).toBe('acme');
  });

  it('A17 X34 sets one up after the password where the person has none', async () => {
    const person = await joined('unready');
    await person.open((await portal.begin({ company: 'gamma' })).url);
    expect(person.hasLabel('Password')).toBe(true);
  });

  it('A17 H13 a trusted device stands in at the log-in only, whichever company was chosen then', async () => {
    const { person } = await logIn(gatehouse, portal, 'spared@other.example', {
      params: { company: 'week' },
    });
    await giveCode(person.choose('Don’t ask again on this device'));
    const spared = new JourneyBrowser([gatehouse.issuer]);
    for (const cookie of await person.jar.getCookies(gatehouse.issuer))
      if (cookie.key === 'gh_known') await spared.jar.setCookie(cookie.toString(), gatehouse.issuer);
    await logIn(gatehouse, portal, 'spared@other.example', { browser: spared, params: { company: 'week' } });
    expect(spared.arrivedAt?.searchParams.has('code')).toBe(true);
    await spared.open((await portal.begin({ company: 'month' })).url);
    expect([spared.arrivedAt, spared.hasLabel(CODE)]).toEqual([undefined, true]);
  });
});
