import { AppError, type Clock, type Log, SECOND, type SecretBox } from '#kernel';
import { openEmission } from './document-codec.ts';
import type { EmissionQueue, LeasedEmission } from './engine.ts';
import type { Emission } from './port.ts';

/** Longer than any delivery should take: another node may deliver again afterwards. */
const LEASE_MS = 60 * SECOND;
const BATCH = 16;
const MAX_RETRY_MS = 60 * SECOND;

/** Delivers pending emissions, oldest first; a failed one is logged and given back. Resolves with the number delivered. */
export async function drainEmissions(
  parts: { queue: EmissionQueue; secretBox: SecretBox; clock: Clock; log: Log },
  deliver: (emission: Emission) => Promise<void>,
  limit: number,
): Promise<number> {
  const { queue, secretBox, clock, log } = parts;
  let delivered = 0;
  let taken = 0;
  const failed = new Map<LeasedEmission, number>();
  try {
    while (taken < limit) {
      const until = clock.now() + LEASE_MS;
      const batch = await queue.lease(clock.now(), until, Math.min(BATCH, limit - taken));
      if (batch.length === 0) break;
      taken += batch.length;
      for (const emission of batch) {
        // A lease that ran out belongs to whoever takes it next.
        if (clock.now() >= until) break;
        if (await deliverOne(emission)) delivered++;
      }
    }
  } finally {
    // Given back at the end only, so that one drain tries each emission once.
    for (const [emission, retryAt] of failed) await queue.release(emission, retryAt);
  }
  return delivered;

  async function deliverOne(emission: LeasedEmission): Promise<boolean> {
    try {
      await deliver(openEmission(secretBox, emission));
    } catch (error) {
      const { id, topic, attempts } = emission;
      const problem =
        error instanceof AppError ? error.code : error instanceof Error ? error.name : 'unknown';
      log.error(
        { id, topic, attempts: attempts + 1, problem },
        'emission not delivered, will be tried again',
      );
      failed.set(emission, clock.now() + retryDelay(attempts));
      return false;
    }
    await queue.settle(emission);
    return true;
  }
}

/** The first retry comes with the next drain, later ones after 1 s, 2 s, 4 s … 60 s. */
function retryDelay(attempts: number): number {
  return attempts === 0 ? 0 : Math.min(MAX_RETRY_MS, SECOND * 2 ** (attempts - 1));
}
