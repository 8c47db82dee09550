import { DAY, MINUTE } from '#kernel';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import {
  agree,
  createPassword,
  FIRST_PASSWORD,
  invitationState,
  invite,
  membershipOf,
} from '../support/invitations.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { linkTo, mailsTo } from '../support/mails.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { logIn } from '../support/sign-in.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { world } from '../support/world.ts';

describe('the link of an invitation', () => {
  let clock: TravellingClock;
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    clock = travellingClock();
    gatehouse = await startGatehouse({
      clock,
      env: { LIMIT_RESETS_PER_MINUTE: '1000' },
      bootstrap: world(),
    });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(async () => {
    clock.restore();
    await gatehouse.stop();
  });

  const browser = () => new JourneyBrowser([gatehouse.issuer]);
  const open = (link: string) => browser().open(link);

  it('A7 the link is good for the invitation alone, and a reset link for no invitation', async () => {
    const invitation = new URL(await invite(gatehouse, 'purpose@new.example'));
    const asReset = await open(`${gatehouse.issuer}/reset-password${invitation.search}`);
    expect([asReset.status, asReset.title]).toEqual([410, 'This link no longer works']);
    const forgotten = await browser().open(`${gatehouse.issuer}/forgot-password`);
    await forgotten.fill('Email', 'ada@other.example').press('Submit');
    const reset = new URL(await linkTo(gatehouse, 'ada@other.example'));
    const asInvitation = await open(`${gatehouse.issuer}/welcome${reset.search}`);
    expect([asInvitation.status, asInvitation.text]).toEqual([
      410,
      expect.stringContaining('not known to us'),
    ]);
    expect(asInvitation.links()).toEqual(
      expect.arrayContaining(['Log in', 'Help with logging in to Gatehouse']),
    );
    expect((await open(invitation.href)).title).toBe('Create a Password');
  });

  it('W19 a used link says so, and so does a form that was open in another tab', async () => {
    const link = await invite(gatehouse, 'used@new.example');
    const [quick, slow] = [await open(link), await open(link)];
    await agree(await createPassword(quick));
    await createPassword(slow, 'Another-Pass-9');
    expect([slow.status, slow.text]).toEqual([410, expect.stringContaining('was already accepted')]);
    const again = await open(link);
    expect([again.status, again.text]).toEqual([410, expect.stringContaining('was already accepted')]);
    const { person } = await logIn(gatehouse, portal, 'used@new.example', { password: FIRST_PASSWORD });
    expect(person.arrivedAt?.searchParams.has('code')).toBe(true);
  });

  it('W19 a revoked link says so, also between two clicks', async () => {
    const link = await invite(gatehouse, 'revoked@new.example');
    const person = await createPassword(await open(link));
    await gatehouse.invitations.revoke('beta', 'Revoked@new.example', { actor: 'the-administrator' });
    await agree(person);
    expect([person.status, person.text]).toEqual([410, expect.stringContaining('was withdrawn')]);
    const after = await open(link);
    expect(after.text).toContain('was withdrawn');
    // It is no dead end: whoever has an account goes on, others find help.
    expect(after.links()).toEqual(expect.arrayContaining(['Log in', 'Help with logging in to Gatehouse']));
    await after.follow('Log in');
    expect(after.title).toBe('Log in to Gatehouse');
    expect([
      await invitationState(gatehouse, 'revoked@new.example'),
      await membershipOf(gatehouse, 'revoked@new.example'),
    ]).toEqual(['revoked', undefined]);
  });

  it('W19 an expired link offers a new one, which goes to the invited address only, and not again at once', async () => {
    const link = await invite(gatehouse, 'late@new.example');
    clock.advance(14 * DAY);
    const person = await open(link);
    expect([person.status, person.text]).toEqual([410, expect.stringContaining('has expired')]);
    expect(await invitationState(gatehouse, 'late@new.example')).toBe('expired');
    await person.press('Request a new invitation');
    expect(person.title).toBe('Check your email');
    expect(await mailsTo(gatehouse, 'late@new.example')).toHaveLength(2);
    expect((await open(link)).text).toContain('not known to us');
    const fresh = await open(await linkTo(gatehouse, 'late@new.example'));
    expect(fresh.title).toBe('Create a Password');
  });

  it('A18 the administrator resends; every open link leads on, and no address is flooded (X32)', async () => {
    const first = await invite(gatehouse, 'again@new.example');
    const acting = { actor: 'the-administrator' };
    const outcomes = [];
    for (let turn = 0; turn < 12; turn++)
      outcomes.push((await gatehouse.invitations.resend('beta', 'again@new.example', acting)).outcome);
    expect(outcomes.filter((outcome) => outcome === 'resent')).toHaveLength(9);
    expect(outcomes.at(-1)).toBe('too-many-mails');
    expect(await mailsTo(gatehouse, 'again@new.example')).toHaveLength(10);
    expect((await open(await linkTo(gatehouse, 'again@new.example'))).title).toBe('Create a Password');
    expect((await open(first)).status).toBe(410);
  });

  it('A18 A3 whoever tries to log in, or asks for a new password, before accepting gets the mail again and neutral texts', async () => {
    await invite(gatehouse, 'early@new.example');
    const attempt = (email: string) => logIn(gatehouse, portal, email, { browser: browser() });
    const [invited, unknown] = [await attempt('early@new.example'), await attempt('nobody@new.example')];
    expect(invited.person.status).toBe(unknown.person.status);
    expect(invited.person.text.replaceAll('early@', '')).toBe(unknown.person.text.replaceAll('nobody@', ''));
    // The first mail is not a quarter of an hour old.
    expect(await mailsTo(gatehouse, 'early@new.example')).toHaveLength(1);
    clock.advance(15 * MINUTE);
    await attempt('early@new.example');
    await attempt('early@new.example');
    expect(await mailsTo(gatehouse, 'early@new.example')).toHaveLength(2);
    clock.advance(15 * MINUTE);
    const forgotten = await browser().open(`${gatehouse.issuer}/forgot-password`);
    await forgotten.fill('Email', 'early@new.example').press('Submit');
    const mails = await mailsTo(gatehouse, 'early@new.example');
    expect(mails.map(({ subject }) => subject)).toEqual(Array(3).fill('Welcome to Gatehouse'));
    expect(await mailsTo(gatehouse, 'nobody@new.example')).toEqual([]);
  });

  it('A14 the request at which the mail was sent again goes on in the end', async () => {
    await invite(gatehouse, 'pending@new.example');
    clock.advance(15 * MINUTE);
    const { person, pending } = await logIn(gatehouse, portal, 'pending@new.example');
    await person.open(await linkTo(gatehouse, 'pending@new.example'));
    await agree(await createPassword(person));
    expect(person.arrivedAt?.searchParams.get('state')).toBe(pending.state);
    expect((await portal.complete(pending, person.arrivedAt)).claims()?.['company_id']).toBe('beta');
  });
});
