import { judge } from './aims.ts';
import type { ProfileSummary } from './profile.ts';
import type { BenchResult } from './result.ts';
import { scenarioById } from './scenarios.ts';
import { aimTable, measurementTable, processTable, profileTable, storageCallTable } from './tables.ts';

/** docs/performance.md as a whole. `profiles`: by scenario, of the embedded target. */
export function performanceDocument(
  result: BenchResult,
  profiles: Readonly<Record<string, ProfileSummary>>,
): string {
  const { startedAt, machine, rounds, secondsPerRound, concurrency } = result;
  return `${[
    '# Performance',
    'Written by `npm run bench -- --write`; the figures change with every run, so change the bench rather than this page.',
    `Measured on ${startedAt.slice(0, 10)} with ${machine.cores} cores, Node.js ${machine.node} and oidc-provider ${machine.oidcProvider}: ${rounds} rounds of ${secondsPerRound} s for each operation and target, ${concurrency} operations at a time.`,
    HOW,
    '## Aims',
    aimTable(result),
    ...whyMissed(result, profiles),
    '## Operations',
    measurementTable(result),
    '## Processes',
    processTable(result),
    '## Storage calls',
    'Calls of the storage port for one operation on the embedded storage.',
    storageCallTable(result),
  ].join('\n\n')}\n`;
}

const HOW = `## How it is measured

- *bare* is oidc-provider alone on its in-memory adapter: the same clients, algorithms, claims and token rules, and the least
  log-in page that checks the same password hash. *embedded* and *mongo-redis* are Gatehouse as \`npm start\` runs it, access log
  included; only the limits for one address are raised.
- All of them run at the same time and are measured in turn, round by round; the load comes from a process of its own over loopback.
- What counts is CPU time: that of the target's whole process tree and, on mongo-redis, of the databases. It holds on a busy
  machine, which rates and latencies don't. Ratios are to the bare library in the same run; absolute times mean little elsewhere.
- The MongoDB-protocol server that the databases' share was measured with may be a stand-in that is slower than MongoDB.
- Memory is that of the server's process with the bench's probe in it. Starts are measured without the probe, from the spawn of the
  process to the first answer; a first start makes keys and applies a bootstrap file with 24 people.

\`npm run bench\` takes about four minutes, \`npm run bench -- --quick\` less than one. MongoDB and Redis are measured when \`MONGO_URL\`
and \`REDIS_URL\` are set; \`SERVICES_RUN\` names the folder with the \`*.pid\` files of their processes. \`--profile <operation>\` shows
where the time of one operation goes.`;

/** The main thread's own time for each operation on the embedded storage that misses its aim. */
function whyMissed(result: BenchResult, profiles: Readonly<Record<string, ProfileSummary>>): string[] {
  const missed = judge(result).filter(({ met, target }) => !met && target === 'embedded');
  const known = missed.flatMap(({ scenario }) => {
    const profile = scenario && profiles[scenario];
    return profile ? [`### ${scenarioById(scenario).title}`, profileTable(profile)] : [];
  });
  if (known.length === 0) return [];
  return [
    '## Where the time goes',
    "The main thread's own time on the embedded storage, where an aim is missed.",
    ...known,
  ];
}
