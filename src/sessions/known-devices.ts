import { type CookieName, type HttpContext, readCookie, setCookie } from '#http';
import { type Clock, DAY, type Randomness, SECOND, type SecretBox } from '#kernel';
import { createDeviceList, DEVICE_DAYS, type DeviceOwner } from './device-list.ts';

const KNOWN_COOKIE = 'gh_known';

/**
 * Browsers in which the person of an account has logged in, or finished a reset. Theirs are counters of their own, so that
 * guessing from elsewhere locks nobody out (W13, X36), and the only screens that name a lock (C5).
 */
export interface KnownDevices {
  cookie: CookieName;
  /** The device's id, where this browser is a known one of the account. Undefined for unknown people, after the same work. */
  of(ctx: HttpContext, account: DeviceOwner | undefined): string | undefined;
  /** To be called once the person has proven themselves; `account` as it is now. */
  remember(ctx: HttpContext, account: DeviceOwner): void;
  /** The same under a new id, which no copy of this browser's cookies holds. Returns that id. */
  rememberAnew(ctx: HttpContext, account: DeviceOwner): string;
}

export function createKnownDevices({
  secretBox,
  clock,
  randomness,
}: {
  secretBox: SecretBox;
  clock: Clock;
  randomness: Randomness;
}): KnownDevices {
  const list = createDeviceList({ keys: secretBox.keysFor('known-devices'), clock, randomness });
  // Each entry carries its own proof: a second signature would only make the cookie longer.
  const valueIn = (ctx: HttpContext) => readCookie(ctx, KNOWN_COOKIE, { signed: false });
  function keep(ctx: HttpContext, value: string): void {
    setCookie(ctx, KNOWN_COOKIE, value, {
      maxAgeSeconds: (DEVICE_DAYS * DAY) / SECOND,
      signed: false,
    });
  }
  return {
    cookie: { name: KNOWN_COOKIE },
    of: (ctx, account) => list.deviceOf(valueIn(ctx), account ?? { id: 'nobody', epoch: 0 }),
    remember: (ctx, account) => keep(ctx, list.withOwner(valueIn(ctx), account)),
    rememberAnew(ctx, account) {
      const value = list.withOwner(valueIn(ctx), account, { anew: true });
      keep(ctx, value);
      return list.deviceOf(value, account) ?? '';
    },
  };
}
