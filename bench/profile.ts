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
}

const IDLE = '(idle)';

/** Where the main thread's time went: the `longest` lines of each kind. */
export function summarizeProfile(profile: Profiler.Profile, longest = 15): ProfileSummary {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
  const places = new Map<string, number>();
  const functions = new Map<string, number>();
  let busy = 0;
  for (const [at, id] of (profile.samples ?? []).entries()) {
    const frame = nodes.get(id);
    const time = profile.timeDeltas?.[at] ?? 0;
    if (!frame || frame.functionName === IDLE) continue;
    busy += time;
    add(places, placeOf(frame), time);
    add(functions, `${frame.functionName || '(anonymous)'} ${placeOf(frame)}`, time);
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
  return functionName.startsWith('(') ? functionName : 'native';
}

function add(times: Map<string, number>, name: string, time: number): void {
  times.set(name, (times.get(name) ?? 0) + time);
}
