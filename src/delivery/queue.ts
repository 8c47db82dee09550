import { type Clock, DAY, HOUR, type Log, MINUTE, type Randomness, SECOND } from '#kernel';
import type { Emission, Storage } from '#storage';
import { declareJobs, type Job } from './job-store.ts';
import { PermanentRefusal } from './permanent-refusal.ts';

export const JOB_TOPIC = 'job';

const LEASE_MS = 2 * MINUTE;
const BATCH = 10;
const MAX_ATTEMPTS = 12;
// A job that takes its process down never counts as failed: its leases tell.
const MAX_LEASES = 30;
const FIRST_RETRY_MS = 10 * SECOND;
const LAST_RETRY_MS = 6 * HOUR;
const REMEMBER_MS = DAY;
const DEAD_MS = 7 * DAY;

export interface NewJob {
  /** Idempotency key; a random one otherwise. */
  id?: string;
  topic: string;
  payload: Record<string, unknown>;
  /** Epoch milliseconds; at once otherwise. */
  dueAt?: number;
  /** Epoch milliseconds from which it is not done any more. */
  deadline?: number;
}

/** `retried`: at least one try failed, more follow. */
export type JobState = 'due' | 'retried' | 'done' | 'dead' | 'unknown';

export type JobHandler = (
  payload: Record<string, unknown>,
  /** `again`: it may have been done before by someone who could not say so any more. */
  job: { id: string; again: boolean },
) => Promise<void>;

export interface Queue {
  enqueue(job: NewJob): Promise<void>;
  /** The same job, to be written together with the change that it follows from. */
  emission(job: NewJob): Emission;
  /** Takes over an emission; harmless to repeat. */
  accept(payload: Record<string, unknown>): Promise<void>;
  /** One handler a topic. A throw means: try again later; a `PermanentRefusal`: never again. */
  handle(topic: string, handler: JobHandler): void;
  /** Runs what is due now; resolves with the number of jobs tried. */
  runDue(): Promise<number>;
  /** Jobs that were given up, newest first. */
  dead(limit?: number): Promise<Job[]>;
  /** A job that was given up is tried afresh. `too-late`: what it would say is no longer true. */
  retry(id: string): Promise<'retried' | 'too-late' | 'unknown'>;
  /** Forgets a job that was given up. False when there is none. */
  discard(id: string): Promise<boolean>;
  stateOf(id: string): Promise<JobState>;
  /** How many wait or are tried again, and how many were given up. */
  depth(): Promise<{ due: number; dead: number }>;
  start(options: { intervalMs: number }): void;
  /** Waits for jobs that are running. */
  stop(): Promise<void>;
}

/** Declares its collection: to be called before the storage opens. At least once: handlers are idempotent by job id. */
export function createQueue(parts: {
  storage: Storage;
  clock: Clock;
  randomness: Randomness;
  log: Log;
}): Queue {
  const { storage, clock, randomness, log } = parts;
  const jobs = declareJobs(storage);
  const handlers = new Map<string, JobHandler>();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<unknown> = Promise.resolve();
  let waiting = false;

  const fresh = ({ id = randomness.id(), topic, payload, dueAt = clock.now(), deadline }: NewJob): Job => ({
    id,
    ...(deadline !== undefined && { deadline }),
    topic,
    payload,
    dueAt,
    attempts: 0,
    fence: 0,
    state: 'due',
    createdAt: clock.now(),
  });

  async function add(job: Job): Promise<void> {
    if ((await jobs.insertIfAbsent(job)) && timer) wake();
  }

  async function run(job: Job): Promise<void> {
    const handler = handlers.get(job.topic);
    try {
      if (job.fence > MAX_LEASES) return await giveUp(job, job.attempts, 'TooManyLeases');
      if (isLate(job)) return await giveUp(job, job.attempts, 'DeadlinePassed');
      if (!handler) throw new Error(`no handler for ${job.topic}`);
      await handler(job.payload, { id: job.id, again: job.fence > 1 });
      const done = { state: 'done' as const, payload: {}, expiresAt: clock.now() + REMEMBER_MS };
      await settle(job, ({ dueAt: _due, ...stored }) => ({ ...stored, ...done }));
    } catch (error) {
      await retry(job, error);
    }
  }

  async function retry(job: Job, error: unknown): Promise<void> {
    const attempts = job.attempts + 1;
    const lastError = describe(error);
    if (attempts >= MAX_ATTEMPTS || error instanceof PermanentRefusal)
      return giveUp(job, attempts, lastError);
    log.warn(
      { job: job.id, topic: job.topic, attempts, reason: lastError },
      'a job failed and will be tried again',
    );
    const dueAt = clock.now() + backOff(attempts, randomness);
    await settle(job, (stored) => ({ ...stored, attempts, lastError, dueAt }));
  }

  async function giveUp(job: Job, attempts: number, lastError: string): Promise<void> {
    log.error({ job: job.id, topic: job.topic, attempts, reason: lastError }, 'a job was given up');
    // What has a deadline can't be done later: it is kept for the operator to see, without its content.
    const emptied = job.deadline === undefined ? {} : { payload: {}, expiresAt: job.deadline + DEAD_MS };
    await settle(job, ({ dueAt: _due, ...stored }) => ({
      ...stored,
      ...emptied,
      attempts,
      lastError,
      state: 'dead',
    }));
  }

  const isLate = ({ deadline }: Job) => deadline !== undefined && clock.now() >= deadline;

  /** Only the holder of the present lease may finish a job. */
  async function settle(job: Job, change: (stored: Job) => Job): Promise<void> {
    await jobs.update(job.id, (stored) => (stored.fence === job.fence ? change(stored) : undefined));
  }

  async function runDue(): Promise<number> {
    const due = await jobs.claim({
      index: 'byDue',
      dueField: 'dueAt',
      fenceField: 'fence',
      leaseMs: LEASE_MS,
      limit: BATCH,
    });
    await Promise.all(due.map(run));
    return due.length;
  }

  async function runAll(): Promise<void> {
    waiting = false;
    try {
      while ((await runDue()) === BATCH);
    } catch (error) {
      log.warn({ err: error }, 'due jobs could not be read');
    }
  }

  function wake(): void {
    if (waiting) return;
    waiting = true;
    running = running.then(runAll);
  }

  return {
    enqueue: (job) => add(fresh(job)),
    emission(job) {
      const complete = fresh(job);
      return { id: complete.id, topic: JOB_TOPIC, payload: complete };
    },
    accept: (payload) => add(payload as Job),
    handle(topic, handler) {
      handlers.set(topic, handler);
    },
    runDue,
    async dead(limit = 100) {
      return (await jobs.find({ index: 'byState', equals: ['dead'], reverse: true, limit })).items;
    },
    async retry(id) {
      const stored = await jobs.get(id);
      if (stored?.state !== 'dead') return 'unknown';
      if (stored.deadline !== undefined) return 'too-late';
      const due = await jobs.update(id, (job) =>
        job.state === 'dead' ? { ...job, state: 'due', attempts: 0, dueAt: clock.now() } : undefined,
      );
      if (due && timer) wake();
      return due ? 'retried' : 'unknown';
    },
    async discard(id) {
      return (await jobs.get(id))?.state === 'dead' && jobs.delete(id);
    },
    async stateOf(id) {
      const job = await jobs.get(id);
      if (!job) return 'unknown';
      return job.state === 'due' && job.attempts > 0 ? 'retried' : job.state;
    },
    async depth() {
      const [due, dead] = await Promise.all(
        ['due', 'dead'].map((state) => jobs.count({ index: 'byState', equals: [state] })),
      );
      return { due: due ?? 0, dead: dead ?? 0 };
    },
    start({ intervalMs }) {
      timer = setInterval(wake, intervalMs).unref();
      wake();
    },
    async stop() {
      clearInterval(timer);
      timer = undefined;
      await running;
    },
  };
}

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
