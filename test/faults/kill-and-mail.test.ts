import { outboxOf, until } from '../support/gatehouse-process.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { type KillableGatehouse, startKillable } from '../support/killable-gatehouse.ts';
import { relyingParty } from '../support/relying-party.ts';
import { logIn } from '../support/sign-in.ts';
import { world } from '../support/world.ts';

const DUO = 'duo@other.example';
const NEW_PASSWORD = 'Another-Horse-8';
// A job that the killed process had taken is free again after its lease of two minutes.
const LEASE_AND_MORE = { patienceMs: 150_000 };

describe('mail that was queued when the server was killed', () => {
  let gatehouse: KillableGatehouse;
  beforeAll(async () => {
    gatehouse = await startKillable(world());
  });
  afterAll(() => gatehouse.remove());

  const mails = () => outboxOf(gatehouse.dataDir).filter(({ to }) => to === DUO);
  const linkIn = (text = '') => /^http\S+token=\S+$/m.exec(text)?.[0];

  it('D3 D6 is sent once, and the password that was set by its link outlives the next kill', async () => {
    const person = await new JourneyBrowser([gatehouse.issuer]).open(`${gatehouse.issuer}/forgot-password`);
    await person.fill('Email', DUO).press('Submit');
    await gatehouse.killAndRestart();
    const link = await until('the mail', () => linkIn(mails()[0]?.text), LEASE_AND_MORE);
    await person.open(link);
    await person.fill('Password', NEW_PASSWORD).fill('Confirm', NEW_PASSWORD).press('Reset Password');
    await gatehouse.killAndRestart();
    const portal = await relyingParty(gatehouse.issuer);
    const { person: later } = await logIn(gatehouse, portal, DUO, { password: NEW_PASSWORD });
    expect(later.title).toBe('Select a Company');
    const notice = await until('the notice', () => mails()[1], LEASE_AND_MORE);
    expect(notice.subject).toContain('password');
    expect(mails().filter(({ text }) => linkIn(text))).toHaveLength(1);
  }, 330_000);
});
