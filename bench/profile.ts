import type { Profiler } from 'node:inspector';

export interface ProfileLine {
  name: string;
  /** Of the time in which the main thread was busy, 0–1. */
  share: number;
}

export interface ProfileSummary {
  /** Own time by feature folder, package or part of Node.js. */
  places: ProfileLine[];
  functions: ProfileLine[];
  /** MiB by what holds it, of a process that has just started. */
  memory?: Record<string, number>;
}

const IDLE = '(idle)';
const NATIVE = 'native';
/** What profiling itself costs. */
const PROFILER = 'node:inspector';

/** Where the main thread's time went: the `longest` lines of each kind. Native code counts for the place that calls it. */
export function summarizeProfile(profile: Profiler.Profile, longest = 20): ProfileSummary {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(
    profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])),
  );
  const places = new Map<string, number>();
  const functions = new Map<string, number>();
  let busy = 0;

  function callerPlace(id: number | undefined): string {
    const frame = id === undefined ? undefined : nodes.get(id)?.callFrame;
    if (!frame) return NATIVE;
    const place = placeOf(frame);
    return place === NATIVE ? callerPlace(parents.get(id as number)) : place;
  }

  for (const [at, id] of (profile.samples ?? []).entries()) {
    const functionName = nodes.get(id)?.callFrame.functionName;
    const time = profile.timeDeltas?.[at] ?? 0;
    const place = callerPlace(id);
    if (functionName === undefined || functionName === IDLE || place === PROFILER) continue;
    busy += time;
    add(places, place, time);
    add(functions, `${functionName || '(anonymous)'} ${place}`, time);
  }
  const top = (times: Map<string, number>) =>
    [...times]
      .sort(([, a], [, b]) => b - a)
      .slice(0, longest)
      .map(([name, time]) => ({ name, share: Math.round((time / busy) * 1000) / 1000 }));
  return { places: top(places), functions: top(functions) };
}

/** No paths of this machine: `src/oidc`, `koa`, `node:http`, `(garbage collector)`. */
export function placeOf({ url, functionName }: { url: string; functionName: string }): string {
  const dependency = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1];
  if (dependency) return dependency;
  const own = /\/((?:src|bench)\/[^/]+)/.exec(url)?.[1];
  if (own) return own;
  if (url.startsWith('node:')) return url.replace(/^node:(internal\/)?([^/]+).*/, 'node:$2');
  return functionName.startsWith('(') ? functionName : NATIVE;
}

function add(times: Map<string, number>, name: string, time: number): void {
  times.set(name, (times.get(name) ?? 0) + time);
}
