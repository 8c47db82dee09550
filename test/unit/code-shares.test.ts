import { HOUR, MINUTE } from '#kernel';
import { SMS_CONFIG } from '../support/code-limits.ts';
import { type CredentialsWorld, createCredentialsWorld } from '../support/credentials-world.ts';

const NUMBER = '+12025550143';

/** The ways of sending codes, each with what one person may get a day in the test's configuration. */
const CHANNELS = [
  { kind: 'sms', perDay: 10 },
  { kind: 'email', perDay: 20 },
] as const;

describe.each(CHANNELS)('codes by $kind that somebody asks for who has the password alone', ({
  kind,
  perDay,
}) => {
  let world: CredentialsWorld;
  beforeEach(async () => {
    world = await createCredentialsWorld();
    world.addPerson('ada');
    const { phones, emailCodes } = world.credentials;
    if (kind === 'sms') await phones.importPhone('ada', NUMBER);
    else {
      await emailCodes.resend(request(true));
      await emailCodes.confirm('ada', lastCode(), { actor: 'ada', origin: {}, binding: 'x' });
      world.clock.at += 24 * HOUR;
    }
    await world.told();
  });
  afterEach(() => world.close());

  const factor = () => world.credentials[kind === 'sms' ? 'phones' : 'emailCodes'];
  const request = (knownDevice: boolean) => ({
    account: world.people.get('ada') ?? world.addPerson('ada'),
    binding: 'x',
    origin: { ip: '192.0.2.7', knownDevice },
    locale: 'en' as const,
  });
  const lastCode = () => (kind === 'sms' ? world.texts : world.codeMails).at(-1)?.data.code ?? '';
  const ask = async (from: 'known' | 'strange') =>
    (await factor().challenge(request(from === 'known'))).outcome;
  /** As many as are sent, each after the longest wait. */
  async function askUntilRefused(from: 'known' | 'strange'): Promise<[number, string]> {
    for (let sent = 0; ; sent++) {
      world.clock.at += 10 * MINUTE;
      const outcome = await ask(from);
      if (outcome !== 'sent') return [sent, outcome];
    }
  }
  const enter = async (from: 'known' | 'strange') =>
    (await factor().verify('ada', lastCode(), { binding: 'x', origin: { knownDevice: from === 'known' } }))
      .outcome;

  it('X32 have half of what the person may get a day; the other half is left to the person’s browsers', async () => {
    expect(await askUntilRefused('strange')).toEqual([perDay / 2, 'elsewhere']);
    expect(await askUntilRefused('known')).toEqual([perDay / 2, 'unavailable']);
    expect(await ask('strange')).toBe('elsewhere');
  });

  it('X32 the person’s own use of known browsers takes nothing from the total, nor gives the stranger more', async () => {
    expect(await askUntilRefused('strange')).toEqual([perDay / 2, 'elsewhere']);
    expect([await ask('known'), await enter('known')]).toEqual(['sent', 'ok']);
    expect(await askUntilRefused('strange')).toEqual([0, 'elsewhere']);
  });

  it('X32 a stranger’s growing wait is not the person’s', async () => {
    for (let sent = 0; sent < 4; sent++) {
      expect(await ask('strange')).toBe('sent');
      world.clock.at += 10 * MINUTE;
    }
    expect(await ask('strange')).toBe('sent');
    expect(await factor().challenge(request(false))).toEqual({ outcome: 'wait', seconds: 480 });
    expect(await ask('known')).toBe('sent');
    expect(await factor().challenge(request(true))).toEqual({ outcome: 'wait', seconds: 30 });
  });

  it('X32 who enters the codes in a new browser each time has the whole day’s', async () => {
    for (let sent = 0; sent < perDay; sent++) {
      world.clock.at += MINUTE;
      expect([await ask('strange'), await enter('strange')]).toEqual(['sent', 'ok']);
    }
    world.clock.at += MINUTE;
    expect(await ask('strange')).toBe('unavailable');
    expect((await world.told()).mails).toEqual([]);
  });

  it('X32 the third that nobody enters tells the person by mail, once a day', async () => {
    const mailed = async () => (await world.told()).mails.map(({ kind, data }) => [kind, data]);
    expect([await ask('strange'), await enter('strange')]).toEqual(['sent', 'ok']);
    for (let sent = 0; sent < 2; sent++) {
      world.clock.at += 10 * MINUTE;
      await ask('strange');
    }
    expect(await mailed()).toEqual([]);
    await askUntilRefused('known');
    expect(await mailed()).toEqual([]);
    world.clock.at += 24 * HOUR;
    expect(await askUntilRefused('strange')).toEqual([perDay / 2, 'elsewhere']);
    expect(await mailed()).toEqual([
      ['codes-tried', expect.objectContaining({ reason: 'unanswered', resetLink: expect.any(String) })],
    ]);
  });
});

it('X32 a limit of one is no reason to send none', async () => {
  const limits = { ...SMS_CONFIG.limits, perNumberPerDay: 1, perAccountPerDay: 1 };
  const world = await createCredentialsWorld({ sms: { ...SMS_CONFIG, limits } });
  const account = world.addPerson('ada');
  await world.credentials.phones.importPhone('ada', NUMBER);
  const request = { account, binding: 'x', origin: {}, locale: 'en' as const };
  expect((await world.credentials.phones.challenge(request)).outcome).toBe('sent');
  await world.close();
});
