import { channel } from 'node:diagnostics_channel';
import { Session } from 'node:inspector/promises';
import { registerHooks } from 'node:module';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { STORAGE_CALLS, type StorageCall } from './storage-calls.ts';

export type ProbeRequest = 'reset' | 'read' | 'memory' | 'profile-start' | 'profile-stop';

/** What happened in this process since the last `reset`. */
export interface ProbeReading {
  /** How late timers were, milliseconds. */
  eventLoop: { p50: number; p99: number; max: number };
  /** Calls of the storage port by collection and verb; none where there is no such port. */
  storageCalls: Record<string, number>;
}

const RESOLUTION_MS = 2;
const NANOSECONDS_IN_MS = 1e6;

/** Loaded before a target (`--import`): it answers the bench over the channel between the processes and ends with it. */
function startProbe(): void {
  const calls = new Map<string, number>();
  channel(STORAGE_CALLS).subscribe((message) => {
    const { collection, verb } = message as StorageCall;
    const name = `${collection} ${verb}`;
    calls.set(name, (calls.get(name) ?? 0) + 1);
  });
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  // The histogram holds the time from one timer to the next.
  const late = (nanoseconds: number) => Math.max(0, nanoseconds / NANOSECONDS_IN_MS - RESOLUTION_MS);
  const profiler = new Session();
  const answers: Record<ProbeRequest, () => object | Promise<object>> = {
    reset() {
      calls.clear();
      delay.reset();
      delay.enable();
      return {};
    },
    read(): ProbeReading {
      delay.disable();
      const eventLoop = {
        p50: late(delay.percentile(50)),
        p99: late(delay.percentile(99)),
        max: late(delay.max),
      };
      return { eventLoop, storageCalls: Object.fromEntries(calls) };
    },
    memory: () => process.memoryUsage(),
    async 'profile-start'() {
      profiler.connect();
      await profiler.post('Profiler.enable');
      await profiler.post('Profiler.start');
      return {};
    },
    async 'profile-stop'() {
      const { profile } = await profiler.post('Profiler.stop');
      profiler.disconnect();
      return profile;
    },
  };
  process.on('message', async (request: ProbeRequest) => process.send?.(await answers[request]()));
  process.on('disconnect', () => process.exit());
  process.channel?.unref();
}

/** Puts the counting collection in the place of the stored one, so that the product needs no hook for the bench. */
function countStorageCalls(): void {
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const isOurs =
        specifier === './stored-collection.ts' && context.parentURL?.endsWith('/src/storage/storage.ts');
      if (!isOurs) return nextResolve(specifier, context);
      return nextResolve(new URL('./counting-collection.ts', import.meta.url).href, context);
    },
  });
}

countStorageCalls();
startProbe();
