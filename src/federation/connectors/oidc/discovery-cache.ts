import type { ExportedJWKSCache, ServerMetadata } from 'openid-client';
import { type Clock, DAY, HOUR } from '#kernel';

/** What an identity provider publishes about itself. */
export interface Published {
  metadata: ServerMetadata;
  /** Keys of the last successful verification. */
  keys?: ExportedJWKSCache['jwks'];
  fetchedAt: number;
  keysFetchedAt?: number;
}

export interface DiscoveryCache {
  /** Up to 24 h old; older than an hour it is renewed meanwhile. Failures are thrown and never kept. */
  get(issuer: string): Promise<Published>;
  keepKeys(issuer: string, keys: ExportedJWKSCache['jwks']): void;
  forget(issuer: string): void;
  /** Resolves when no renewal is under way. */
  close(): Promise<void>;
}

const MAX_AGE_MS = DAY;
const RENEW_AFTER_MS = HOUR;
const MAX_ISSUERS = 1_000;

export function createDiscoveryCache(
  discover: (issuer: string) => Promise<ServerMetadata>,
  clock: Clock,
): DiscoveryCache {
  const known = new Map<string, Published>();
  const underWay = new Map<string, Promise<Published>>();

  async function load(issuer: string): Promise<Published> {
    const metadata = await discover(issuer);
    const published = { ...keysOf(known.get(issuer)), metadata, fetchedAt: clock.now() };
    known.delete(issuer);
    known.set(issuer, published);
    const oldest = known.keys().next().value;
    if (known.size > MAX_ISSUERS && oldest !== undefined) known.delete(oldest);
    return published;
  }

  function loadOnce(issuer: string): Promise<Published> {
    const running = underWay.get(issuer);
    if (running) return running;
    const started = load(issuer).finally(() => underWay.delete(issuer));
    underWay.set(issuer, started);
    return started;
  }

  return {
    async get(issuer) {
      const published = known.get(issuer);
      const age = published ? clock.now() - published.fetchedAt : Number.POSITIVE_INFINITY;
      if (!published || age >= MAX_AGE_MS) return loadOnce(issuer);
      // A renewal that fails leaves what is known, until that is a day old.
      if (age >= RENEW_AFTER_MS) loadOnce(issuer).catch(() => undefined);
      return withFreshKeys(published, clock.now());
    },
    keepKeys(issuer, keys) {
      const published = known.get(issuer);
      if (published) known.set(issuer, { ...published, keys, keysFetchedAt: clock.now() });
    },
    forget: (issuer) => void known.delete(issuer),
    async close() {
      await Promise.allSettled(underWay.values());
    },
  };
}

function keysOf(published: Published | undefined): Pick<Published, 'keys' | 'keysFetchedAt'> {
  const { keys, keysFetchedAt } = published ?? {};
  return { ...(keys && { keys }), ...(keysFetchedAt !== undefined && { keysFetchedAt }) };
}

/** Withdrawn keys count no longer than an hour. */
function withFreshKeys(published: Published, now: number): Published {
  const { keys: _, keysFetchedAt = 0, ...rest } = published;
  return now - keysFetchedAt < RENEW_AFTER_MS ? published : rest;
}
