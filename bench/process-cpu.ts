import { readdirSync, readFileSync } from 'node:fs';

/** CPU time so far, in milliseconds, of each thread of some processes; keys are `pid/tid`. */
export type CpuReading = ReadonlyMap<string, number>;

const NANOSECONDS_IN_MS = 1e6;
/** One clock tick of /proc/…/stat: USER_HZ is 100 on every Linux that Node runs on. */
const TICK_MS = 10;

/** Reads the threads of `roots` and of all their descendants. Processes that have gone are left out. */
export function readCpu(roots: readonly number[], proc = '/proc'): CpuReading {
  const reading = new Map<string, number>();
  for (const pid of withDescendants(roots, proc)) {
    for (const tid of entries(`${proc}/${pid}/task`)) {
      const spent = threadCpu(`${proc}/${pid}/task/${tid}`);
      if (spent !== undefined) reading.set(`${pid}/${tid}`, spent);
    }
  }
  return reading;
}

/** Milliseconds between two readings. A thread that ended in between is not counted. */
export function cpuBetween(before: CpuReading, after: CpuReading): number {
  let sum = 0;
  for (const [thread, spent] of after) sum += spent - (before.get(thread) ?? 0);
  return sum;
}

/** Resident memory of one process, MiB. */
export function residentMemory(pid: number, proc = '/proc'): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB/m.exec(read(`${proc}/${pid}/status`) ?? '')?.[1];
  return Number(kibibytes) / 1024;
}

function withDescendants(roots: readonly number[], proc: string): Set<number> {
  const children = Map.groupBy(
    entries(proc).filter((name) => /^\d+$/.test(name)),
    (pid) => Number(statFields(read(`${proc}/${pid}/stat`))[1]),
  );
  const found = new Set<number>();
  const add = (pid: number) => {
    if (found.has(pid)) return;
    found.add(pid);
    for (const child of children.get(pid) ?? []) add(Number(child));
  };
  for (const root of roots) add(root);
  return found;
}

/** schedstat counts nanoseconds; where the kernel has none, the ticks of user and system time do. */
function threadCpu(thread: string): number | undefined {
  const exact = read(`${thread}/schedstat`)?.split(' ')[0];
  if (exact !== undefined) return Number(exact) / NANOSECONDS_IN_MS;
  const fields = statFields(read(`${thread}/stat`));
  return fields.length > 12 ? (Number(fields[11]) + Number(fields[12])) * TICK_MS : undefined;
}

/** What follows the name, which may hold spaces and brackets: state, parent … (proc_pid_stat(5)). */
function statFields(stat = ''): string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
