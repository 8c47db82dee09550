import { createHmac } from 'node:crypto';
import { type Clock, DAY, equalInConstantTime, type Randomness } from '#kernel';

/** How many accounts one browser is remembered for; the cookie stays below 400 bytes. */
export const MAX_DEVICES = 8;
/** Without a log-in for so long a browser is a stranger again. */
export const DEVICE_DAYS = 180;

const ENTRY = /^([\w-]{16})~([0-9a-z]{1,6})~([\w-]{22})$/;

/** For whom a browser may be known: everything that raises the epoch makes strangers of all browsers. */
export interface DeviceOwner {
  id: string;
  epoch: number;
}

interface Entry {
  id: string;
  /** Day of the last log-in, days since 1970. */
  day: number;
  tag: string;
  text: string;
}

/**
 * The accounts that a browser is known for, as one cookie value: `id~day~tag` joined by dots, the newest first. The tag binds the
 * entry to one account and its epoch by a key of ours; the value tells nothing about whose they are.
 */
export function createDeviceList({
  keys,
  clock,
  randomness,
}: {
  /** Newest first. */
  keys: readonly string[];
  clock: Clock;
  randomness: Randomness;
}) {
  const today = () => Math.floor(clock.now() / DAY);

  function tagsOf(owner: DeviceOwner, { id, day }: Pick<Entry, 'id' | 'day'>): string[] {
    return keys.map((key) =>
      createHmac('sha256', key)
        .update(`${owner.id}\n${owner.epoch}\n${id}\n${day}`)
        .digest('base64url')
        .slice(0, 22),
    );
  }

  function find(value: string | undefined, owner: DeviceOwner): Entry | undefined {
    // Every entry is looked at, whoever it belongs to: time tells nothing.
    const mine = entriesOf(value).filter((entry) => {
      const ours = tagsOf(owner, entry).filter((tag) => equalInConstantTime(tag, entry.tag));
      return ours.length > 0 && today() - entry.day <= DEVICE_DAYS;
    });
    return mine[0];
  }

  return {
    /** The device's id where `value` proves it a known one of `owner`. */
    deviceOf(value: string | undefined, owner: DeviceOwner): string | undefined {
      return find(value, owner)?.id;
    },

    /**
     * `value` with `owner` in front; a browser that is known already keeps its id, so that its tries stay counted, unless it is
     * to be told from all copies of its cookie.
     */
    withOwner(
      value: string | undefined,
      owner: DeviceOwner,
      { anew = false }: { anew?: boolean } = {},
    ): string {
      const known = find(value, owner);
      const id = (anew ? undefined : known?.id) ?? randomness.bytes(12).toString('base64url');
      const day = today();
      const [tag] = tagsOf(owner, { id, day });
      const others = entriesOf(value).filter((entry) => entry.id !== known?.id);
      return [`${id}~${day.toString(36)}~${tag}`, ...others.map(({ text }) => text)]
        .slice(0, MAX_DEVICES)
        .join('.');
    },
  };
}

function entriesOf(value = ''): Entry[] {
  return value.split('.', MAX_DEVICES).flatMap((text) => {
    const [, id = '', day = '', tag = ''] = ENTRY.exec(text) ?? [];
    return id === '' ? [] : [{ id, day: Number.parseInt(day, 36), tag, text }];
  });
}
