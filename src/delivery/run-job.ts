import { type Clock, DAY, HOUR, type Log, type Randomness, SECOND } from '#kernel';
import type { Collection } from '#storage';
import type { Job } from './job-store.ts';
import { PermanentRefusal } from './permanent-refusal.ts';

const MAX_ATTEMPTS = 12;
// A job that takes its process down never counts as failed: its leases tell.
const MAX_LEASES = 30;
const FIRST_RETRY_MS = 10 * SECOND;
const LAST_RETRY_MS = 6 * HOUR;
const REMEMBER_MS = DAY;
const DEAD_MS = 7 * DAY;

export type JobHandler = (
  payload: Record<string, unknown>,
  /** `again`: it may have been done before by someone who could not say so any more. */
  job: { id: string; again: boolean },
) => Promise<void>;

export interface JobRunParts {
  jobs: Collection<Job>;
  handlers: ReadonlyMap<string, JobHandler>;
  clock: Clock;
  randomness: Randomness;
  log: Log;
}

/** One try of a leased job: done, to be tried again, or given up. */
export async function runJob(parts: JobRunParts, job: Job): Promise<void> {
  const { jobs, handlers, clock } = parts;
  const handler = handlers.get(job.topic);
  try {
    if (job.fence > MAX_LEASES) return await giveUp(parts, job, job.attempts, 'TooManyLeases');
    if (isLate(job, clock)) return await giveUp(parts, job, job.attempts, 'DeadlinePassed');
    if (!handler) throw new Error(`no handler for ${job.topic}`);
    await handler(job.payload, { id: job.id, again: job.fence > 1 });
    const done = { state: 'done' as const, payload: {}, expiresAt: clock.now() + REMEMBER_MS };
    await settle(jobs, job, ({ dueAt: _due, ...stored }) => ({ ...stored, ...done }));
  } catch (error) {
    await tryAgainLater(parts, job, error);
  }
}

async function tryAgainLater(parts: JobRunParts, job: Job, error: unknown): Promise<void> {
  const { jobs, clock, randomness, log } = parts;
  const attempts = job.attempts + 1;
  const lastError = describe(error);
  if (attempts >= MAX_ATTEMPTS || error instanceof PermanentRefusal)
    return giveUp(parts, job, attempts, lastError);
  log.warn(
    { job: job.id, topic: job.topic, attempts, reason: lastError },
    'a job failed and will be tried again',
  );
  const dueAt = clock.now() + backOff(attempts, randomness);
  await settle(jobs, job, (stored) => ({ ...stored, attempts, lastError, dueAt }));
}

async function giveUp(
  { jobs, log }: JobRunParts,
  job: Job,
  attempts: number,
  lastError: string,
): Promise<void> {
  log.error({ job: job.id, topic: job.topic, attempts, reason: lastError }, 'a job was given up');
  // What has a deadline can't be done later: it is kept for the operator to see, without its content.
  const emptied = job.deadline === undefined ? {} : { payload: {}, expiresAt: job.deadline + DEAD_MS };
  await settle(jobs, job, ({ dueAt: _due, ...stored }) => ({
    ...stored,
    ...emptied,
    attempts,
    lastError,
    state: 'dead',
  }));
}

/** Only the holder of the present lease may finish a job. */
async function settle(jobs: Collection<Job>, job: Job, change: (stored: Job) => Job): Promise<void> {
  await jobs.update(job.id, (stored) => (stored.fence === job.fence ? change(stored) : undefined));
}

const isLate = ({ deadline }: Job, clock: Clock) => deadline !== undefined && clock.now() >= deadline;

/** 10 s, 20 s, 40 s … 6 h, each a little longer by chance so that failures don't march in step. */
function backOff(attempts: number, randomness: Randomness): number {
  const base = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempts - 1));
  return base + Math.floor((base / 10) * (randomness.bytes(1).readUInt8(0) / 256));
}

/** Class and code of a failure: texts of mail servers and the like may repeat what was sent. */
function describe(error: unknown): string {
  const { name = 'Error', code, reason } = error as { name?: string; code?: unknown; reason?: unknown };
  const detail = [code, reason].find((one) => typeof one === 'string' || typeof one === 'number');
  return detail === undefined ? name : `${name} ${detail}`;
}
