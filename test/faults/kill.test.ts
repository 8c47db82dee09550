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
import { PASSWORD, totpCode, world } from '../support/world.ts';

// A job that the killed process had taken is free again after its lease.
const LEASE_AND_MORE = { patienceMs: 150_000 };
const CODE = 'Enter Your 6-digit Verification Code';

describe('kill -9 of the server, and a start on the same data', () => {
  let door: FrontDoor;
  let dataDir: string;
  let node: GatehouseProcess;
  let portal: RelyingParty;
  beforeAll(async () => {
    door = await openFrontDoor();
    dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-kill-'));
    await start(world());
    portal = await relyingParty(door.issuer);
  });
  afterAll(async () => {
    await node.kill();
    await door.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function start(bootstrap?: object): Promise<void> {
    node = await startGatehouseProcess({ issuer: door.issuer, dataDir, ...(bootstrap && { bootstrap }) });
    door.leadTo(node.port);
  }

  async function killAndRestart(): Promise<void> {
    await node.kill();
    await start();
  }

  const browser = () => new JourneyBrowser([door.issuer]);

  it('in the middle of a log-in, the person goes on with it', async () => {
    const { person, pending } = await logIn(door, portal, 'tess@other.example');
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
    const { person, pending } = await logIn(door, portal, 'ada@other.example');
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
    const { person, pending } = await logIn(door, portal, 'max@other.example');
    await person.press('Set Up Now');
    await person.choose('Authenticator App').press('Continue');
    const secret =
      person
        .find('details')
        ?.textContent.match(/\b[A-Z2-7]{4}\b/g)
        ?.join('') ?? '';
    await person.fill('Enter the 6-Digit Verification Code', await totpCode(Date.now(), secret));
    await person.press('Continue');
    const shown = person.text;
    await killAndRestart();
    await person.open(person.url);
    expect(person.text).toBe(shown);
    await person.choose('I Have Securely Saved This Code').press('Continue');
    await portal.complete(pending, person.arrivedAt);
    const again = await logIn(door, portal, 'max@other.example');
    expect(again.person.hasLabel(CODE)).toBe(true);
  });

  it('D3 right after a reset was asked for, its mail is sent, and the new password outlives the next kill', async () => {
    const person = await browser().open(`${door.issuer}/forgot-password`);
    await person.fill('Email', 'duo@other.example').press('Submit');
    await killAndRestart();
    const link = await until('the mail', () => linkIn(dataDir, 'duo@other.example'), LEASE_AND_MORE);
    await person.open(link);
    await person.fill('Password', 'Another-Horse-8').fill('Confirm', 'Another-Horse-8');
    await person.press('Reset Password');
    await killAndRestart();
    const { person: later } = await logIn(door, portal, 'duo@other.example', { password: 'Another-Horse-8' });
    expect(later.title).toBe('Select a Company');
    const told = await until('the notice', () => mailsTo(dataDir, 'duo@other.example')[1], LEASE_AND_MORE);
    expect(told.subject).toContain('password');
    const mails = mailsTo(dataDir, 'duo@other.example');
    expect(mails.filter(({ text }) => text.includes('/reset-password?token='))).toHaveLength(1);
  }, 330_000);

  it('under load, no acknowledged token is lost', async () => {
    const logIns = Array.from({ length: 12 }, async () => {
      const { person, pending } = await logIn(door, portal, 'ada@other.example');
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
    await node.kill();
    await Promise.allSettled(logIns);
    await start();
    expect(acknowledged.length).toBeGreaterThanOrEqual(3);
    for (const token of acknowledged) await refreshTokenGrant(portal.configuration, token);
  });
});

const mailsTo = (dataDir: string, address: string) => outboxOf(dataDir).filter(({ to }) => to === address);

function linkIn(dataDir: string, address: string): string | undefined {
  const [mail] = mailsTo(dataDir, address);
  return mail && /^http\S+$/m.exec(mail.text)?.[0];
}
