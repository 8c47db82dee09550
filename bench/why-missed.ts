import { type JudgedAim, missedAims, START } from './aims.ts';
import { table } from './markdown.ts';
import type { ProfileSummary } from './profile.ts';
import { type BenchResult, measurementOf } from './result.ts';
import { scenarioById } from './scenarios.ts';
import { rounded } from './statistics.ts';
import { profileTable } from './tables.ts';

/** By `profileName`. */
export type Profiles = Readonly<Record<string, ProfileSummary>>;

type Profiled = Pick<JudgedAim, 'profiled' | 'target'>;

export const profileName = ({ profiled, target }: Profiled): string => `${profiled} on ${target}`;

/** What has to be profiled for every missed aim to be explained, each once. */
export function wantedProfiles(result: BenchResult): Profiled[] {
  const wanted = missedAims(result).map((aim) => [profileName(aim), aim] as const);
  return [...new Map(wanted).values()];
}

/** For each missed aim what it costs, and the profile that shows where; nothing where all are met. */
export function whyMissed(result: BenchResult, profiles: Profiles): string[] {
  const missed = missedAims(result);
  if (missed.length === 0) return [];
  const shown = new Set<string>();
  return ['## Why aims are missed', ABOUT, ...missed.flatMap((aim) => [heading(aim), ...explained(aim)])];

  function explained(aim: JudgedAim): string[] {
    const name = profileName(aim);
    const profile = profiles[name];
    const cost = costOf(aim, result);
    if (!profile) return [`${cost} It was not profiled.`];
    const title = aim.profiled === START ? 'a start' : `“${scenarioById(aim.profiled).title}”`;
    const memory = aim.aim.endsWith('MiB') && profile.memory ? [memoryTable(profile.memory)] : [];
    if (shown.has(name))
      return [`${cost} The profile is that of ${title} on ${aim.target}, above.`, ...memory];
    shown.add(name);
    return [`${cost} The main thread during ${title}:`, ...memory, profileTable(profile)];
  }
}

const ABOUT = `The main thread's own time, without what it waits for: by place (feature folder, package or part of Node.js) on the left, by
function on the right; native code counts for the place that calls it. Samples are of wall time: what wakes another process
(writing to a socket, a sync) looks dearer on a busy machine.`;

const heading = ({ title, target, found, aim }: JudgedAim) => `### ${title}, ${target}: ${found} (${aim})`;

function costOf({ profiled, target, aim }: JudgedAim, result: BenchResult): string {
  if (aim.endsWith('bare')) return operationCost(profiled, target, result);
  const bare = result.processes.find((one) => one.target === 'bare');
  if (profiled !== START) {
    const delay = measurementOf(result, profiled, 'bare')?.eventLoopP99Ms;
    return `The bare library has ${delay ?? '–'} ms in the same rounds.`;
  }
  return aim.endsWith('MiB')
    ? `The bare library has ${bare?.idleMiB ?? '–'} MiB.`
    : `The bare library takes ${bare?.coldStartMs ?? '–'} ms in the same run.`;
}

function operationCost(scenario: string, target: JudgedAim['target'], result: BenchResult): string {
  const ours = measurementOf(result, scenario, target);
  const bare = measurementOf(result, scenario, 'bare');
  if (!ours) return '';
  const { cpuMs, databaseCpuMs, storageCalls } = ours;
  const calls = Math.round(Object.values(storageCalls).reduce((sum, one) => sum + one, 0));
  const parts =
    databaseCpuMs > 0
      ? `, ${databaseCpuMs} ms of it in the databases and ${rounded(cpuMs - databaseCpuMs)} ms in the server`
      : '';
  return `${cpuMs} ms of CPU${parts}, with ${calls} storage calls; the bare library takes ${bare?.cpuMs ?? '–'} ms.`;
}

/** MiB of a process that has just started, with the bench's probe in it. */
function memoryTable(memory: Record<string, number>): string {
  return table(['Held by', 'MiB'], Object.entries(memory));
}
