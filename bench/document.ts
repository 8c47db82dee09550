import type { BenchResult } from './result.ts';
import { aimTable, measurementTable, othersTable, processTable, storageCallTable } from './tables.ts';
import { type Profiles, whyMissed } from './why-missed.ts';

export interface DocumentParts {
  result: BenchResult;
  /** The first measurement, kept for comparison. */
  before: BenchResult | undefined;
  profiles: Profiles;
}

/** docs/performance.md as a whole. */
export function performanceDocument({ result, before, profiles }: DocumentParts): string {
  const { startedAt, machine, rounds, secondsPerRound, concurrency } = result;
  return `${[
    '# Performance',
    ...(result.quick
      ? ['**A trial: few and short rounds, good for trying out and for no conclusions.**']
      : []),
    'Written by `npm run bench -- --write`; the figures change with every run, so change the bench rather than this page.',
    `Measured on ${startedAt.slice(0, 10)} with ${machine.cores} cores, Node.js ${machine.node} and oidc-provider ${machine.oidcProvider}: ${rounds} rounds of ${secondsPerRound} s for each operation and target, ${concurrency} operations at a time.`,
    HOW,
    '## Aims',
    aimTable(result, before),
    '## Others',
    OTHERS,
    othersTable(result),
    ...whyMissed(result, profiles),
    '## Operations',
    measurementTable(result),
    ...(before ? [`### On ${before.startedAt.slice(0, 10)}`, measurementTable(before)] : []),
    '## Processes',
    processTable(result),
    '## Storage calls',
    CALLS,
    storageCallTable(result, before),
  ].join('\n\n')}\n`;
}

const OTHERS = `The same work in multiples of the bare library's CPU. The figures of the other servers were measured elsewhere, on other
machines, and are cited for their order of magnitude; Logto stands on the same protocol library.`;

const CALLS = `Calls of the storage port for one operation on the embedded storage. Some are answered by exact copies in memory (decision
011). For comparison: the bare library makes about 26 calls of its adapter for a log-in, Logto 110 SQL statements.`;

const HOW = `## How it is measured

- *bare* is oidc-provider alone on its in-memory adapter: the same clients, algorithms, claims and token rules, and the least
  log-in page that checks the same password hash. *embedded* and *mongo-redis* are Gatehouse as \`npm start\` runs it, access log
  included; only the limits for one address are raised.
- All of them run at the same time and are measured in turn, round by round; the load comes from a process of its own over
  loopback, whose CPU is not counted. A ratio is found in each round anew: the median is given, with the least and the most.
- What counts is CPU time: that of the target's whole process tree and, on mongo-redis, of the databases. It holds on a busy
  machine, which rates and latencies don't. Ratios are to the bare library in the same run; absolute times mean little elsewhere.
- The MongoDB-protocol server that the databases' share was measured with may be a stand-in that is slower than MongoDB.
- Loaded memory is that of the server's process with the bench's probe in it; idle memory and starts are measured without, a start
  from the spawn of the process to the first answer; a first start makes keys and applies a bootstrap file with 24 people.

\`npm run bench\` takes about seven minutes, \`npm run bench -- --quick\` less than one. MongoDB and Redis are measured when \`MONGO_URL\`
and \`REDIS_URL\` are set; \`SERVICES_RUN\` names the folder with the \`*.pid\` files of their processes. \`--profile <operation>\` shows
where the time of one operation goes. With \`--write\` that is also done for whatever misses its aim; raw results and
profiles are in \`bench/results\`. \`--trial <folder>\` goes the same way in few and short rounds and writes into that folder.`;
