import { MINUTE } from '#kernel';
import { EMAIL_CODES_CONFIG, SMS_CONFIG } from '../support/code-limits.ts';
import { type CredentialsWorld, createCredentialsWorld } from '../support/credentials-world.ts';

const NUMBER = '+12025550143';
const OPERATOR = { actor: 'operator-cli' };
const UNLOCKED = { lock: false, codes: false, sends: true };

/** Ada has both ways of getting codes; her e-mail code was set up without sending one that counts. */
async function createAdasWorld(limits: Record<string, number> = {}): Promise<CredentialsWorld> {
  const world = await createCredentialsWorld({
    sms: { ...SMS_CONFIG, limits: { ...SMS_CONFIG.limits, ...limits } },
    emailCodes: { ...EMAIL_CODES_CONFIG, limits: { ...EMAIL_CODES_CONFIG.limits, ...limits } },
  });
  const account = world.addPerson('ada');
  const { phones, emailCodes, unlock } = world.credentials;
  await phones.importPhone('ada', NUMBER);
  const request = { account, binding: 'x', origin: { knownDevice: true }, locale: 'en' as const };
  await emailCodes.resend(request);
  const code = world.codeMails.at(-1)?.data.code ?? '';
  await emailCodes.confirm('ada', code, { actor: 'ada', origin: {}, binding: 'x' });
  await unlock('ada', OPERATOR);
  await world.told();
  return world;
}

type Factor = 'phones' | 'emailCodes';

function asking(world: CredentialsWorld, factor: Factor) {
  return async (knownDevice: boolean, id = 'ada') => {
    const account = world.people.get(id) ?? world.addPerson(id);
    const origin = { ip: '192.0.2.7', knownDevice };
    const request = { account, binding: 'x', origin, locale: 'en' as const };
    return (await world.credentials[factor].challenge(request)).outcome;
  };
}

describe.each<{ factor: Factor }>([
  { factor: 'phones' },
  { factor: 'emailCodes' },
])('an unlock, of $factor', ({ factor }) => {
  it('F5 X32 gives the whole day back to known and strange browsers, and ends their waits', async () => {
    const world = await createAdasWorld();
    const ask = asking(world, factor);
    for (const known of [false, true])
      for (let sent = 0; sent <= 20; sent++) {
        world.clock.at += 10 * MINUTE;
        await ask(known);
      }
    world.clock.at += 10 * MINUTE;
    expect([await ask(true), await ask(false)]).toEqual(['unavailable', 'elsewhere']);
    expect([await ask(true), await ask(false)]).toEqual(['wait', 'wait']);
    expect(await world.credentials.unlock('ada', OPERATOR)).toEqual(UNLOCKED);
    expect([await ask(true), await ask(false)]).toEqual(['sent', 'sent']);
    await world.close();
  });

  it('F5 counts nothing against a person who was sent nothing', async () => {
    const world = await createAdasWorld();
    expect(await world.credentials.unlock('ada', OPERATOR)).toEqual({ ...UNLOCKED, sends: false });
    expect((await world.told()).events).toEqual([]);
    await world.close();
  });

  it.each(
    factor === 'phones' ? ['perNetworkPerDay', 'perCountryPerDay', 'perDay'] : ['perNetworkPerDay', 'perDay'],
  )('W24 X32 leaves %s as it is', async (limit) => {
    // One more for the e-mail code's set-up, which came from no network.
    const world = await createAdasWorld({ [limit]: limit === 'perDay' && factor === 'emailCodes' ? 2 : 1 });
    const ask = asking(world, factor);
    expect(await ask(true)).toBe('sent');
    expect(await world.credentials.unlock('ada', OPERATOR)).toEqual(UNLOCKED);
    expect(await ask(true)).toBe('unavailable');
    await world.close();
  });
});
