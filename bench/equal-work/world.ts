import { type BenchWorld, benchWorld } from '../world.ts';

/** What stands behind the @ of a log-in name. */
const LABEL = 'bench';
/** Requests of one domain have a limit of the day (D9): people are spread over enough of them to stay below it. */
const DOMAINS = 100;

const addressOf = (name: string, n: number) => `${name}${n}@d${n % DOMAINS}.example`;

/** What is typed in the nth sample: each is new to the server, so that none is answered from a copy in memory. */
export const TYPED = {
  known: (n: number) => addressOf('known', n),
  unknown: (n: number) => addressOf('nobody', n),
  passwordless: (n: number) => addressOf('without', n),
  knownName: (n: number) => `name${n}@${LABEL}`,
  unknownName: (n: number) => `none${n}@${LABEL}`,
} as const;

export type Typed = keyof typeof TYPED;

/** `people` with a password and a log-in name, and as many that have no password. */
export function equalWorkWorld(people: number, passwordHash: string): BenchWorld {
  const world = benchWorld(passwordHash);
  const persons = Array.from({ length: people }, (_, n) => n);
  const person = { acceptedTerms: true, memberships: [{ company: 'bench' }] };
  return {
    ...world,
    companies: [
      {
        id: 'bench',
        name: 'Bench Builders',
        // Nobody is asked for a password more than twice: no lock answers.
        settings: { lockout: { enabled: true, attempts: 3 }, loginNames: { label: LABEL } },
      },
    ],
    accounts: [
      ...persons.map((n) => ({
        ...person,
        email: TYPED.known(n),
        name: `Known ${n}`,
        passwordHash,
        memberships: [{ company: 'bench', loginName: `name${n}` }],
      })),
      ...persons.map((n) => ({ ...person, email: TYPED.passwordless(n), name: `Without ${n}` })),
    ],
  };
}
