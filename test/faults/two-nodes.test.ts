import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refreshTokenGrant } from 'openid-client';
import { type FrontDoor, openFrontDoor } from '../support/front-door.ts';
import {
  type GatehouseProcess,
  outboxOf,
  startGatehouseProcess,
  until,
} from '../support/gatehouse-process.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { logIn } from '../support/sign-in.ts';
import { startUpstream, type Upstream } from '../support/upstream/start.ts';
import { totpCode, world } from '../support/world.ts';

const CODE = 'Enter Your 6-digit Verification Code';
const SAM = 'sam@acme.example';

describe('two nodes on one storage, behind one address', () => {
  let door: FrontDoor;
  let upstream: Upstream;
  let dataDir: string;
  let a: GatehouseProcess;
  let b: GatehouseProcess;
  let portal: RelyingParty;
  beforeAll(async () => {
    upstream = await startUpstream();
    door = await openFrontDoor();
    dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-nodes-'));
    const { issuer, clientId, clientSecret } = upstream;
    const bootstrap = world({ upstream: { issuer, clientId, clientSecret } });
    a = await startGatehouseProcess({ issuer: door.issuer, dataDir, bootstrap });
    b = await startGatehouseProcess({ issuer: door.issuer, dataDir });
    door.leadTo(a.port);
    portal = await relyingParty(door.issuer);
  });
  beforeEach(() => door.leadTo(a.port));
  afterAll(async () => {
    await a.stop();
    await b.stop();
    await door.close();
    await upstream.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('O11 a log-in that begins on one ends on the other, each request at the other one', async () => {
    door.takeTurns([a.port, b.port]);
    for (let round = 0; round < 3; round++) {
      const { person, pending } = await logIn(door, portal, 'duo@other.example');
      await person.choose('Beta Bridges').press('Continue');
      const tokens = await portal.complete(pending, person.arrivedAt);
      expect(tokens.claims()?.['company_id']).toBe('beta');
      const refreshed = await refreshTokenGrant(portal.configuration, tokens.refresh_token ?? '');
      const silent = await portal.begin({ prompt: 'none' });
      await person.open(silent.url);
      await portal.complete(silent, person.arrivedAt);
      expect(refreshed.access_token).toBeTruthy();
    }
  });

  it('X30 a code that one has taken, the other refuses', async () => {
    const code = await totpCode(Date.now());
    const first = await logIn(door, portal, 'tess@other.example');
    await first.person.fill(CODE, code).press('Continue');
    expect(first.person.arrivedAt).toBeDefined();
    const second = await logIn(door, portal, 'tess@other.example');
    door.leadTo(b.port);
    await second.person.fill(CODE, code).press('Continue');
    expect(second.person.status).toBe(422);
  });

  it('E6 a person leaves for the IdP at one and comes back to the other', async () => {
    const pending = await portal.begin();
    const person = await new JourneyBrowser([door.issuer, upstream.issuer]).open(pending.url);
    await person.fill('Email', SAM).press('Continue');
    door.leadTo(b.port);
    await person.fill('Email', SAM).press('Sign in');
    expect((await portal.complete(pending, person.arrivedAt)).claims()?.['email']).toBe(SAM);
  });

  it('X38 a password changed at one ends what was signed in at the other', async () => {
    const { person, pending } = await logIn(door, portal, 'ada@other.example');
    const tokens = await portal.complete(pending, person.arrivedAt);
    door.leadTo(b.port);
    const elsewhere = await new JourneyBrowser([door.issuer]).open(`${door.issuer}/forgot-password`);
    await elsewhere.fill('Email', 'ada@other.example').press('Submit');
    const link = await until('the mail', () => linkFor('ada@other.example'));
    await elsewhere.open(link);
    await elsewhere.fill('Password', 'Another-Horse-8').fill('Confirm', 'Another-Horse-8');
    await elsewhere.press('Reset Password');
    door.leadTo(a.port);
    await expect(refreshTokenGrant(portal.configuration, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    const silent = await portal.begin({ prompt: 'none' });
    await person.open(silent.url);
    expect(person.arrivedAt?.searchParams.get('error')).toBe('login_required');
  });

  it('O11 when one is killed in the middle of a log-in, the other goes on with it', async () => {
    const { person, pending } = await logIn(door, portal, 'duo@other.example');
    await a.kill();
    door.leadTo(b.port);
    await person.choose('Acme Builders').press('Continue');
    expect((await portal.complete(pending, person.arrivedAt)).claims()?.['company_id']).toBe('acme');
  });

  function linkFor(address: string): string | undefined {
    const mail = outboxOf(dataDir).find(({ to }) => to === address);
    return mail && /^http\S+$/m.exec(mail.text)?.[0];
  }
});
