import type { Provider } from 'oidc-provider';
import { type Clock, type Log, MINUTE, SECOND } from '#kernel';
import type { SigningKeys } from './signing-keys.ts';

/** Notices of other nodes may be lost: keys are read again after this, long before a new one signs. */
const KEYS_MAX_AGE_MS = 2 * MINUTE;
const RETRY_MS = 10 * SECOND;

interface Current {
  provider: Provider;
  callback: ReturnType<Provider['callback']>;
  /** The keys in their order: what a provider can't change while it runs. */
  keyIds: string;
  goodUntil: number;
}

interface CurrentProviderParts {
  keys: Pick<SigningKeys, 'jwks' | 'nextChange'>;
  clock: Clock;
  log: Log;
  make(jwks: { keys: Record<string, unknown>[] }): Provider;
}

/** The library's provider with the signing keys of this moment: a new one (0.5 ms) takes its place when they change. */
export function createCurrentProvider({ keys, clock, log, make }: CurrentProviderParts) {
  let current: Current | undefined;
  let renewal: Promise<void> | undefined;

  async function read(): Promise<void> {
    const jwks = await keys.jwks();
    const keyIds = jwks.keys.map((key) => key['kid']).join(' ');
    const goodUntil = Math.min((await keys.nextChange()) ?? Infinity, clock.now() + KEYS_MAX_AGE_MS);
    if (current?.keyIds === keyIds) {
      current.goodUntil = goodUntil;
      return;
    }
    const provider = make(jwks);
    current = { provider, callback: provider.callback(), keyIds, goodUntil };
  }

  function running(): Current {
    if (!current) throw new Error('the authorization server was not started');
    return current;
  }

  /** One renewal at a time; where it fails the former keys stay. */
  function renew(): Promise<void> {
    renewal ??= read()
      .catch((error) => {
        log.error({ err: error }, 'signing keys could not be read; the former ones stay');
        running().goodUntil = clock.now() + RETRY_MS;
      })
      .finally(() => {
        renewal = undefined;
      });
    return renewal;
  }

  return {
    /** @throws what the storage throws: without keys there is no start */
    start: read,
    get: () => running().provider,
    /** The provider that answers a request of now. */
    async callback(): Promise<Current['callback']> {
      if (clock.now() >= running().goodUntil) await renew();
      return running().callback;
    },
    /** The keys have changed, here or on another node. */
    async changed(): Promise<void> {
      if (!current) return;
      await renewal;
      await renew();
    },
  };
}
