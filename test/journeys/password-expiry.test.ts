import { DAY } from '#kernel';
import { reminderDue } from '../../src/credentials/password-expiry/expiry-reminders.ts';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { openProfile } from '../support/profile.ts';
import { accountOf } from '../support/sign-in.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { person as entry, world } from '../support/world.ts';

describe('reminders of passwords that will expire', () => {
  let clock: TravellingClock;
  let gatehouse: TestGatehouse;
  const daysAgo = (days: number) => new Date(clock.now() - days * DAY).toISOString();
  // Time goes on by months in each: what one test sends must not be told of by another.
  beforeEach(async () => {
    clock = travellingClock();
    gatehouse = await startGatehouse({
      clock,
      bootstrap: world({
        upstream: { issuer: 'https://idp.invalid', clientId: 'gatehouse', clientSecret: 'secret' },
        companies: [
          { id: 'ninety', name: 'Ninety Nails', settings: { password: { expiryDays: 90 } } },
          { id: 'strict', name: 'Strict Steel', settings: { password: { expiryDays: 40 } } },
        ],
        accounts: [
          entry('plain@other.example', 'Pia Plain', ['ninety'], {
            passwordChangedAt: daysAgo(75),
            locale: 'fr',
          }),
          entry('both@other.example', 'Bo Both', ['ninety', 'strict'], { passwordChangedAt: daysAgo(39.5) }),
          entry('sso@acme.example', 'Sue Sso', ['ninety'], { passwordChangedAt: daysAgo(80) }),
          entry('over@other.example', 'Otto Over', ['ninety'], { passwordChangedAt: daysAgo(100) }),
        ],
      }),
    });
  });
  afterEach(async () => {
    clock.restore();
    await gatehouse.stop();
  });

  const reminders = async () =>
    (await gatehouse.sentMessages())
      .filter(({ text }) => /expires on|expire le/.test(text))
      .map(({ to }) => to);
  const toPlain = async () => (await reminders()).filter((to) => to === 'plain@other.example').length;

  it('C-8 go out by the strictest company, never to SSO people, and not after the end', async () => {
    expect(await reminders()).toEqual(['both@other.example']);
    const [mail] = (await gatehouse.sentMessages()).filter(({ to }) => to === 'both@other.example');
    expect(mail?.subject).toBe('Your password expires soon');
    expect(mail?.text).toContain(`${gatehouse.issuer}/forgot-password`);
  });

  it('C-8 C-13 the profile says when the password was changed and when it ends', async () => {
    const browser = new JourneyBrowser([gatehouse.issuer]);
    const person = await openProfile(browser, gatehouse.issuer, 'both@other.example', { at: clock.now() });
    await person.open('/profile/security');
    expect(person.text).toMatch(/last changed on/i);
    expect(person.find('.banner.notice')?.textContent).toContain('Your password expires on');
  });

  it('C-8 go out 14, 7 and 1 days before, once each, in the person’s language, however often it is looked', async () => {
    const counts: number[] = [];
    for (const days of [1, 1, 6, 1, 5, 0.9]) {
      clock.advance(days * DAY);
      await Promise.all([gatehouse.expiryReminders.run(), gatehouse.expiryReminders.run()]);
      counts.push(await toPlain());
    }
    expect(counts).toEqual([1, 1, 2, 2, 3, 3]);
    const mail = (await gatehouse.sentMessages()).find(({ to }) => to === 'plain@other.example');
    expect(mail?.subject).toBe('Votre mot de passe expire bientôt');
  });

  it('C-8 do not go to whose account is inactive', async () => {
    const { id } = await accountOf(gatehouse, 'plain@other.example');
    await gatehouse.accounts.setStatus(id, 'inactive', { actor: 'system' });
    clock.advance(DAY);
    await gatehouse.expiryReminders.run();
    expect(await toPlain()).toBe(0);
  });

  it('C-8 begin anew with a new password', async () => {
    clock.advance(DAY);
    await gatehouse.expiryReminders.run();
    expect(await toPlain()).toBe(1);
    const account = await accountOf(gatehouse, 'plain@other.example');
    const options = { minLength: 8, reason: 'profile' as const, actor: account.id };
    await gatehouse.credentials.passwords.set(account, 'Battery-Staple-8', options);
    await gatehouse.expiryReminders.run();
    expect(await toPlain()).toBe(1);
    clock.advance(76 * DAY);
    await gatehouse.expiryReminders.run();
    expect(await toPlain()).toBe(2);
  });
});

describe('the reminder that is due', () => {
  it('a short life of passwords has no reminder that would follow upon the change itself', () => {
    const now = 0;
    expect(reminderDue({ endsAt: 14 * DAY, expiryDays: 14 }, now)).toBeUndefined();
    expect(reminderDue({ endsAt: 7 * DAY, expiryDays: 14 }, now)).toBe(7);
    expect(reminderDue({ endsAt: DAY, expiryDays: 1 }, now)).toBeUndefined();
    expect(reminderDue({ endsAt: 0, expiryDays: 90 }, now)).toBeUndefined();
  });
});
