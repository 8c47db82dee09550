import type { RelyingParty } from './load/relying-party.ts';
import { ES256_API, RS256_API } from './world.ts';

/** One operation, by the worker of this number (from 0). */
export type Operation = (worker: number) => Promise<void>;

export interface Scenario {
  id: string;
  title: string;
  /** Which password hash the targets run with: the default one, or one that costs next to nothing. */
  hash: 'default' | 'near-free';
  /** Makes what the operations need: sessions, tokens. Not measured. */
  prepare(party: RelyingParty, workers: number): Promise<Operation>;
}

export const SCENARIOS: readonly Scenario[] = [
  {
    id: 'token-es256',
    title: 'Client credentials, JWT by ES256',
    hash: 'default',
    prepare: async (party) => () => party.clientCredentials(ES256_API),
  },
  {
    id: 'token-rs256',
    title: 'Client credentials, JWT by RS256',
    hash: 'default',
    prepare: async (party) => () => party.clientCredentials(RS256_API),
  },
  {
    id: 'refresh',
    title: 'Refresh, rotating',
    hash: 'default',
    async prepare(party, workers) {
      const tokens = await each(workers, async (worker) => party.logIn(party.visitor(), worker));
      return async (worker) => {
        tokens[worker] = await party.refresh(tokens[worker]?.refresh_token ?? '');
      };
    },
  },
  {
    id: 'log-in',
    title: 'Log-in, code and PKCE, argon2id 19 MiB',
    hash: 'default',
    prepare: async (party) => logIns(party),
  },
  {
    id: 'log-in-again',
    title: 'Log-in with a live session (prompt=none)',
    hash: 'default',
    async prepare(party, workers) {
      const visitors = await each(workers, async (worker) => {
        const visitor = party.visitor();
        await party.logIn(visitor, worker);
        return visitor;
      });
      return async (worker) => {
        await party.logInAgain(visitors[worker] ?? party.visitor());
      };
    },
  },
  {
    id: 'userinfo',
    title: 'Userinfo',
    hash: 'default',
    async prepare(party, workers) {
      const tokens = await each(workers, async (worker) => party.logIn(party.visitor(), worker));
      return (worker) => party.userinfo(tokens[worker]?.access_token ?? '');
    },
  },
  {
    id: 'introspection',
    title: 'Introspection',
    hash: 'default',
    async prepare(party, workers) {
      const tokens = await each(workers, async (worker) => party.logIn(party.visitor(), worker));
      return (worker) => party.introspect(tokens[worker]?.access_token ?? '');
    },
  },
  {
    id: 'jwks',
    title: 'JWKS',
    hash: 'default',
    prepare: async (party) => () => party.keys(),
  },
  {
    id: 'log-in-near-free-hash',
    title: 'Log-in, hash of 1 MiB and one pass',
    hash: 'near-free',
    prepare: async (party) => logIns(party),
  },
];

/** @throws Error for an unknown id */
export function scenarioById(id: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.id === id);
  if (!found) throw new Error(`no scenario ${id}; there are: ${SCENARIOS.map((one) => one.id).join(', ')}`);
  return found;
}

function logIns(party: RelyingParty): Operation {
  let person = 0;
  return async () => {
    person += 1;
    await party.logIn(party.visitor(), person);
  };
}

function each<T>(workers: number, make: (worker: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: workers }, (_, worker) => make(worker)));
}
