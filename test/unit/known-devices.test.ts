import fc from 'fast-check';
import { DAY, systemRandomness } from '#kernel';
import { createDeviceList, DEVICE_DAYS, MAX_DEVICES } from '../../src/sessions/device-list.ts';

const ada = { id: 'ada', epoch: 3 };
let now = 20_000 * DAY;
const listWith = (...keys: string[]) =>
  createDeviceList({ keys, clock: { now: () => now }, randomness: systemRandomness });
const list = listWith('key');

beforeEach(() => {
  now = 20_000 * DAY;
});

describe('the list of accounts that a browser is known for', () => {
  it('W13 proves the device of its own account only, and keeps its id at every further log-in', () => {
    const value = list.withOwner(undefined, ada);
    const id = list.deviceOf(value, ada);
    expect(id).toMatch(/^[\w-]{16}$/);
    expect(list.deviceOf(value, { id: 'eve', epoch: 3 })).toBeUndefined();
    now += 30 * DAY;
    expect(list.deviceOf(list.withOwner(value, ada), ada)).toBe(id);
    expect(list.deviceOf(list.withOwner(value, { id: 'bob', epoch: 0 }), ada)).toBe(id);
  });

  it('W13 tells nothing of whose they are', () => {
    const value = list.withOwner(list.withOwner(undefined, ada), { id: 'bob', epoch: 0 });
    expect(value).not.toMatch(/ada|bob/);
  });

  it('X38 is worth nothing from the moment the epoch rises, nor half a year after the last log-in', () => {
    const value = list.withOwner(undefined, ada);
    expect(list.deviceOf(value, { ...ada, epoch: 4 })).toBeUndefined();
    now += DEVICE_DAYS * DAY;
    expect(list.deviceOf(value, ada)).toBeDefined();
    now += DAY;
    expect(list.deviceOf(value, ada)).toBeUndefined();
  });

  it('keeps the newest accounts and stays short', () => {
    const people = Array.from({ length: MAX_DEVICES + 4 }, (_, index) => ({ id: `p${index}`, epoch: 0 }));
    const value = people.reduce<string | undefined>((former, one) => list.withOwner(former, one), undefined);
    expect(people.map((one) => list.deviceOf(value, one) !== undefined)).toEqual(
      people.map((_, index) => index >= 4),
    );
    expect(value?.length).toBeLessThan(400);
  });

  it('holds under every key until it is gone', () => {
    const value = listWith('old').withOwner(undefined, ada);
    expect(listWith('new', 'old').deviceOf(value, ada)).toBeDefined();
    expect(listWith('new').deviceOf(value, ada)).toBeUndefined();
  });

  it('X36 nobody makes an entry, whatever they send or change', () => {
    const real = list.withOwner(undefined, ada);
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.constant(`${real}~`)), (value) => {
        expect(list.deviceOf(value, ada)).toBeUndefined();
      }),
    );
    for (let at = 0; at < real.length; at++) {
      const other = real[at] === 'x' ? 'y' : 'x';
      const forged = real.slice(0, at) + other + real.slice(at + 1);
      expect([forged, list.deviceOf(forged, ada)]).toEqual([forged, undefined]);
    }
  });
});
