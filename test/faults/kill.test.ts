import { refreshTokenGrant } from 'openid-client';
import { setUpAuthenticator } from '../support/authenticator-setup.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { type KillableGatehouse, startKillable } from '../support/killable-gatehouse.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { logIn } from '../support/sign-in.ts';
import { PASSWORD, totpCode, world } from '../support/world.ts';

const CODE = 'Enter Your 6-digit Verification Code';

describe('kill -9 of the server, and a start on the same data', () => {
  let gatehouse: KillableGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    gatehouse = await startKillable(world());
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(() => gatehouse.remove());

  const killAndRestart = () => gatehouse.killAndRestart();
  const browser = () => new JourneyBrowser([gatehouse.issuer]);

  it('in the middle of a log-in, the person goes on with it', async () => {
    const { person, pending } = await logIn(gatehouse, portal, 'tess@other.example');
    expect(person.hasLabel(CODE)).toBe(true);
    await killAndRestart();
    await person.fill(CODE, await totpCode(Date.now())).press('Continue');
    const claims = (await portal.complete(pending, person.arrivedAt)).claims();
    expect(claims?.['email']).toBe('tess@other.example');
  });

  it('at every page of a log-in, the person goes on with it', async () => {
    const pending = await portal.begin();
    const person = await browser().open(pending.url);
    await killAndRestart();
    await person.fill('Email', 'duo@other.example').press('Continue');
    await killAndRestart();
    await person.fill('Password', PASSWORD).press('Continue');
    await killAndRestart();
    await person.choose('Beta Bridges').press('Continue');
    await killAndRestart();
    const claims = (await portal.complete(pending, person.arrivedAt)).claims();
    expect(claims?.['company_id']).toBe('beta');
  });

  it('right after the tokens came, session and refresh token are still there', async () => {
    const { person, pending } = await logIn(gatehouse, portal, 'ada@other.example');
    const tokens = await portal.complete(pending, person.arrivedAt);
    await killAndRestart();
    const refreshed = await refreshTokenGrant(portal.configuration, tokens.refresh_token ?? '');
    await killAndRestart();
    await refreshTokenGrant(portal.configuration, refreshed.refresh_token ?? '');
    const silent = await portal.begin({ prompt: 'none' });
    await person.open(silent.url);
    await portal.complete(silent, person.arrivedAt);
  });

  it('right after an app was set up, it is asked for', async () => {
    const { person, pending } = await logIn(gatehouse, portal, 'max@other.example');
    await setUpAuthenticator(person);
    const shown = person.text;
    await killAndRestart();
    await person.open(person.url);
    expect(person.text).toBe(shown);
    await person.choose('I Have Securely Saved This Code').press('Continue');
    await portal.complete(pending, person.arrivedAt);
    const again = await logIn(gatehouse, portal, 'max@other.example');
    expect(again.person.hasLabel(CODE)).toBe(true);
  });

  it('under load, no acknowledged token is lost', async () => {
    const logIns = Array.from({ length: 12 }, async () => {
      const { person, pending } = await logIn(gatehouse, portal, 'ada@other.example');
      return (await portal.complete(pending, person.arrivedAt)).refresh_token ?? '';
    });
    const acknowledged: string[] = [];
    const first = new Promise<void>((resolve) => {
      for (const one of logIns)
        one.then(
          (token) => {
            acknowledged.push(token);
            if (acknowledged.length === 3) resolve();
          },
          () => undefined,
        );
    });
    await first;
    await gatehouse.kill();
    await Promise.allSettled(logIns);
    await gatehouse.start();
    expect(acknowledged.length).toBeGreaterThanOrEqual(3);
    for (const token of acknowledged) await refreshTokenGrant(portal.configuration, token);
  });
});
