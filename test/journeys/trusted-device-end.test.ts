import { DAY, type EpochReason, MINUTE } from '#kernel';
import { proveAgain } from '../support/profile.ts';
import { accountOf } from '../support/sign-in.ts';
import { CODE, emailOf, startTrustWorld, TRUST, type TrustWorld } from '../support/trusted-devices.ts';
import { person as entry, TOTP_SECRET } from '../support/world.ts';

describe('the end of a trusted device', () => {
  let trust: TrustWorld;
  beforeAll(async () => {
    const totpSecret = TOTP_SECRET;
    trust = await startTrustWorld([
      ...['listed', 'watched', 'other', 'stolen', 'ended', 'changed'].map((name) =>
        entry(emailOf(name), 'Tess Trust', ['month'], { totpSecret }),
      ),
      ...['always', 'between'].map((name) => entry(emailOf(name), 'Al Always', ['soon'], { totpSecret })),
      entry(emailOf('fickle'), 'Fay Fickle', ['fickle'], { totpSecret }),
    ]);
  });
  afterAll(() => trust.stop());

  it('lists trusted devices in the profile, tells of them by mail, and ends them there', async () => {
    const person = await trust.trusting('listed');
    await person.open(`${trust.gatehouse.issuer}/profile/devices`);
    expect(person.text).toContain('Trusted Devices');
    await person.press('Stop Trusting (Unknown device)');
    expect(person.text).toContain('The next log-in on this device asks for a second step again.');
    expect(person.text).not.toContain('Trusted Devices');
    expect(await trust.isAsked('listed', person)).toBe(true);
    await person.open(`${trust.gatehouse.issuer}/profile/security`);
    expect(person.text).toContain('A device that you trust is asked again after 30 days.');
    // What was written with the change reaches the record in a moment.
    await trust.gatehouse.settle();
    await person.open(`${trust.gatehouse.issuer}/profile/activity`);
    expect(person.text).toContain('A device is no longer trusted');
    expect(person.text).toContain('A device was trusted');
    const mails = (await trust.gatehouse.sentMessages()).filter(({ to }) => to === emailOf('listed'));
    expect(mails.map(({ subject }) => subject)).toEqual(['A device is trusted']);
  });

  it('X40 ends no trust of another person', async () => {
    const person = await trust.trusting('watched');
    await person.open(`${trust.gatehouse.issuer}/profile/devices`);
    const device = person.find('input[name="device"]')?.getAttribute('value') ?? '';
    const { person: eve } = await trust.enter('other', { browser: trust.browser() });
    await trust.giveCode(eve.choose(TRUST));
    await eve.open(`${trust.gatehouse.issuer}/profile/devices`);
    const own = eve.find('input[name="device"]')?.parentNode;
    const csrf = own?.querySelector('input[name="csrf"]')?.getAttribute('value') ?? '';
    await eve.post(`${trust.gatehouse.issuer}/profile/devices/end-trust`, { csrf, device });
    expect(eve.status).toBe(200);
    expect(await trust.isAsked('watched', person)).toBe(false);
  });

  it('X38 a stolen cookie is worth nothing once the trust is ended, also when the same browser is trusted anew', async () => {
    const person = await trust.trusting('stolen');
    const thief = await trust.copyOf(person);
    expect(await trust.isAsked('stolen', thief)).toBe(false);
    await person.open(`${trust.gatehouse.issuer}/profile/devices`);
    await person.press('Stop Trusting (Unknown device)');
    expect(await trust.isAsked('stolen', thief)).toBe(true);
    const back = await trust.trusting('stolen', await trust.copyOf(person));
    expect([await trust.isAsked('stolen', back), await trust.isAsked('stolen', thief)]).toEqual([
      false,
      true,
    ]);
  });

  it.each<EpochReason>([
    'password-changed',
    'factor-changed',
    'address-changed',
    'deactivated',
    'signed-out-everywhere',
  ])('X38 ends with the sign-ins: %s', async (reason) => {
    const person = await trust.trusting('ended');
    expect(await trust.isAsked('ended', person)).toBe(false);
    const { id } = await accountOf(trust.gatehouse, emailOf('ended'));
    await trust.gatehouse.accounts.raiseEpoch(id, reason);
    expect(await trust.isAsked('ended', person)).toBe(true);
  });

  it('X38 a change of the password in the profile ends it, though that session goes on', async () => {
    const person = await trust.trusting('changed');
    await person.open(`${trust.gatehouse.issuer}/profile/security/password`);
    await proveAgain(person);
    await person.fill('Password', 'Battery-Staple-8').fill('Confirm', 'Battery-Staple-8');
    await person.press('Set Password');
    expect(person.text).toContain('Your password was changed.');
    expect(await trust.isAsked('changed', person, { password: 'Battery-Staple-8' })).toBe(true);
  });

  it('H17 ends for those who want a second factor always, and is not offered to them', async () => {
    const person = await trust.trusting('always');
    expect(await trust.isAsked('always', person)).toBe(false);
    await person.open(`${trust.gatehouse.issuer}/profile/security`);
    await person.choose('Always Require 2FA to Log into My Account').press('Save Changes');
    const { person: asked } = await trust.enter('always', { browser: await trust.copyOf(person) });
    expect([asked.hasLabel(CODE), asked.hasLabel(TRUST)]).toEqual([true, false]);
    // What is wished later makes no old trust good.
    const { id } = await accountOf(trust.gatehouse, emailOf('always'));
    await trust.gatehouse.accounts.update(id, ({ alwaysSecondFactor: _, ...stored }) => stored);
    const { person: later } = await trust.enter('always', { browser: await trust.copyOf(person) });
    expect([later.hasLabel(CODE), later.hasLabel(TRUST)]).toEqual([true, true]);
  });

  it('H17 X34 ends in whoever logs in while "always" is being saved, and does not count again once that is off', async () => {
    const { accounts } = trust.gatehouse;
    const person = await trust.trusting('between');
    await person.open(`${trust.gatehouse.issuer}/profile/security`);
    const update = accounts.update.bind(accounts);
    let thief: Awaited<ReturnType<TrustWorld['trusting']>> | undefined;
    accounts.update = async (...change) => {
      accounts.update = update;
      thief = await trust.trusting('between');
      return update(...change);
    };
    await person.choose('Always Require 2FA to Log into My Account').press('Save Changes');
    if (!thief) throw new Error('nobody came between');
    const { id } = await accountOf(trust.gatehouse, emailOf('between'));
    await update(id, ({ alwaysSecondFactor: _, ...stored }) => stored);
    expect(await trust.isAsked('between', thief)).toBe(true);
    expect(await trust.isAsked('between', await trust.trusting('between'))).toBe(false);
  });

  it('H13 ends when the company takes the permission away, for good', async () => {
    const person = await trust.trusting('fickle');
    await allowDays(60);
    expect(await trust.isAsked('fickle', person)).toBe(false);
    await allowDays(null);
    const { person: asked } = await trust.enter('fickle', { browser: await trust.copyOf(person) });
    expect([asked.hasLabel(CODE), asked.hasLabel(TRUST)]).toEqual([true, false]);
    trust.clock.advance(MINUTE);
    await allowDays(30);
    expect(await trust.isAsked('fickle', person)).toBe(true);
    const again = await trust.trusting('fickle');
    await allowDays(2);
    trust.clock.advance(2 * DAY);
    expect(await trust.isAsked('fickle', again)).toBe(true);
  });

  async function allowDays(trustedDeviceDays: number | null) {
    const company = await trust.gatehouse.companies.byId('fickle');
    if (!company) throw new Error('no such company');
    const mfa = { ...company.settings.mfa, trustedDeviceDays };
    const settings = { ...company.settings, mfa };
    await trust.gatehouse.companies.put(
      { ...company, settings, updatedAt: trust.clock.now() },
      { actor: 'test' },
    );
  }
});
