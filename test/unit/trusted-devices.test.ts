import type { Account } from '#accounts';
import type { HttpContext } from '#http';
import { DAY } from '#kernel';
import { createKnownDevices, createTrustedDevices } from '#sessions';
import { createTestStorage } from '../support/credentials-world.ts';

const RULE = { days: 30, since: 0, from: 'soon' };

/** A browser with its cookies. */
function browser(): HttpContext {
  const jar = new Map<string, string>();
  const cookies = {
    get: (name: string) => jar.get(name),
    set: (name: string, value: string) => void jar.set(name, value),
  };
  return { cookies, state: { origin: {}, locale: 'en', site: { https: true } } } as unknown as HttpContext;
}

describe('trusted devices', () => {
  const { storage, ...world } = createTestStorage();
  const knownDevices = createKnownDevices(world);
  const emission = () => ({ id: world.randomness.id(), topic: 'told', payload: {} });
  const devices = createTrustedDevices({
    ...{ storage, ...world, knownDevices },
    audit: { emission, record: async () => {} },
    messages: { emission },
  });
  const ada = { id: 'ada', epoch: 1, name: 'Ada', email: 'ada@people.example' } as Account;
  beforeAll(() => storage.open());
  afterAll(() => storage.close());

  it('H17 X34 a log-in that began before the wish for a second factor always makes no device that counts after it', async () => {
    const slow = browser();
    const wished: Account = { ...ada, trustEpoch: 1 };
    await devices.endAll(slow, wished);
    await devices.trust(slow, ada, RULE);
    expect(await devices.trusts(slow, wished, RULE)).toBe(false);
    expect(await devices.list(wished, RULE)).toEqual([]);
    await devices.trust(slow, wished, RULE);
    expect(await devices.trusts(slow, wished, RULE)).toBe(true);
    world.clock.at += 30 * DAY;
    expect(await devices.trusts(slow, wished, RULE)).toBe(false);
  });

  it('H13 fewer days hold for what was trusted before, to the end of the last of them', async () => {
    const own = browser();
    const bob = { ...ada, id: 'bob' };
    await devices.trust(own, bob, RULE);
    const week = { ...RULE, days: 7 };
    world.clock.at += 7 * DAY - 1;
    expect(await devices.trusts(own, bob, week)).toBe(true);
    world.clock.at += 1;
    expect(await devices.trusts(own, bob, week)).toBe(false);
    expect(await devices.trusts(own, bob, RULE)).toBe(true);
  });
});
