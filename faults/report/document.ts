import { table } from '../../bench/markdown.ts';
import type { FaultsResult, ScenarioResult } from './result.ts';
import { tally } from './summary.ts';

/** docs/faults.md as a whole. */
export function faultsDocument(result: FaultsResult): string {
  const { startedAt, machine, seed, scenarios, leftOut } = result;
  const { passed, failed } = tally(result);
  return `${[
    '# Faults',
    'Written by `npm run faults -- --keep`; change the runs rather than this page.',
    `Run on ${startedAt.slice(0, 10)} with ${machine.cores} cores and Node.js ${machine.node}, seed ${seed}: ${passed} properties passed, ${failed} failed.${leftOut.map((one) => ` Left out: ${one}.`).join('')}`,
    HOW,
    '## Runs',
    runTable(scenarios),
    '## Faults',
    faultTable(scenarios),
    '## Properties',
    propertyTable(scenarios),
    FOUND,
  ].join('\n\n')}\n`;
}

const HOW = `## How it is done

Real server processes (\`node src/main.ts\`) behind a small load balancer that follows readiness. People and relying parties keep
logging in, redeeming codes (many by several at once), refreshing (in parallel, again after doubt, and with old tokens after the
grace), using recovery codes and password links in several browsers at once, logging out, revoking, changing passwords, and
then trying what should be dead. Meanwhile processes are killed with SIGKILL and started on their data, Redis and the
MongoDB-protocol server are stopped, killed and stalled (SIGSTOP), the disk of the embedded storage fills up, and the servers' clock
jumps by hours while people's phones stay right.

Every operation is written down as invoked and as ok, refused or unknown (time-out, cut connection, 503), with monotonic times and
digests in place of secrets. A pure checker goes over the history afterwards, when audit events and mails have been counted in
storage and outbox; [its own tests](../test/unit/faults-checker.test.ts) plant each kind of violation in histories of a correct
server with answers lost anywhere. No bound for stale answers is granted: what is asked after the acknowledgement of an end must be
refused. The clock is moved by a module that is preloaded into the processes of the run; the product has no switch for it.

\`npm run faults\` takes about twelve minutes, \`npm run faults -- --short\` a minute and a half; histories and a summary go to
\`faults/out\`. Redis and the MongoDB-protocol server are started by the script that \`SERVICES_UP\` names; without it, and without the
right to mount a small tmpfs (or \`prlimit\`), what is left out is said by name, and fails in CI.`;

const FOUND = `## Found by these runs, and mended

- A clock set back by hours counted every rotated refresh token as within its grace: old tokens were answered with their successors.
- A server whose clock was an hour behind the browser's sent people round in circles: cookies told when they end by the server's clock
  alone, and the browser dropped the interaction's at once. They now also say for how long they live.
- With its disk full the embedded storage called itself ready, because it could still be read. Readiness writes now.
- A full disk left half a line in the outbox file, and the next message was lost with it.
- While the storage was away, some protocol endpoints answered 503 as bare text without Retry-After.`;

function runTable(scenarios: readonly ScenarioResult[]): string {
  return table(
    ['Run', 'Seconds', 'Operations', 'Acknowledged', 'Refused', 'Unknown', 'Requests', 'Answers 503'],
    scenarios.map(({ title, seconds, counts }) => [
      title,
      seconds,
      ...['operations', 'ok', 'refused', 'unknown', 'requests', 'answers503'].map((name) => counts[name]),
    ]),
  );
}

/** Outage: longest time around a fault in which nothing was acknowledged; recovery: from its end to the first new log-in. */
function faultTable(scenarios: readonly ScenarioResult[]): string {
  const rows = scenarios.flatMap(({ id, faults }) =>
    [...Map.groupBy(faults, ({ name }) => name)].map(([name, same]) => {
      const worst = (pick: (one: (typeof same)[number]) => number) => Math.round(Math.max(...same.map(pick)));
      const lasted = worst(({ from, to }) => to - from);
      return [
        `${name} (${id})`,
        same.length,
        lasted,
        worst(({ outageMs }) => outageMs),
        worst(({ recoveryMs }) => recoveryMs),
      ];
    }),
  );
  return `${table(['Fault', 'Times', 'Lasted, ms', 'Longest outage, ms', 'Longest recovery, ms'], rows)}

*Outage* is the longest time around a fault in which nothing at all was acknowledged; *recovery* goes from the end of the fault to the
end of the first log-in that began after it. A start after a kill belongs to the fault. Times grow with whatever else the machine does.`;
}

function propertyTable(scenarios: readonly ScenarioResult[]): string {
  const all = scenarios.flatMap(({ findings }) => findings);
  const rows = [...Map.groupBy(all, ({ property }) => property)].map(([property, same]) => {
    const sum = (pick: (one: (typeof same)[number]) => number) =>
      same.reduce((total, one) => total + pick(one), 0);
    return [property, sum(({ checked }) => checked), sum(({ violations }) => violations.length)];
  });
  return table(['Property', 'Looked at', 'Violations'], rows);
}
