import { type Clock, type Log, MINUTE, type Randomness } from '#kernel';
import type { Collection, Emission, Storage } from '#storage';
import { declareJobs, type Job } from './job-store.ts';
import { type JobHandler, runJob } from './run-job.ts';
import { createWorkLoop } from './work-loop.ts';

export const JOB_TOPIC = 'job';

const LEASE_MS = 2 * MINUTE;
const BATCH = 10;

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
  /** Jobs that wait or are tried again, oldest first. */
  waiting(limit: number): Promise<Job[]>;
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

export interface QueueParts {
  storage: Storage;
  clock: Clock;
  randomness: Randomness;
  log: Log;
}

/** Declares its collection: to be called before the storage opens. At least once: handlers are idempotent by job id. */
export function createQueue(parts: QueueParts): Queue {
  const jobs = declareJobs(parts.storage);
  const handlers = new Map<string, JobHandler>();
  const runDue = async () => {
    const due = await jobs.claim(DUE);
    await Promise.all(due.map((job) => runJob({ ...parts, jobs, handlers }, job)));
    return due.length;
  };
  const loop = createWorkLoop(async () => {
    try {
      while ((await runDue()) === BATCH);
    } catch (error) {
      parts.log.warn({ err: error }, 'due jobs could not be read');
    }
  });
  const add = async (job: Job) => {
    if (await jobs.insertIfAbsent(job)) loop.wake();
  };

  return {
    enqueue: (job) => add(freshJob(job, parts)),
    emission(job) {
      const payload = freshJob(job, parts);
      return { id: payload.id, topic: JOB_TOPIC, payload };
    },
    accept: (payload) => add(payload as Job),
    handle(topic, handler) {
      handlers.set(topic, handler);
    },
    runDue,
    ...createOversight(jobs, parts.clock, loop.wake),
    start: ({ intervalMs }) => loop.start(intervalMs),
    stop: loop.stop,
  };
}

const DUE = {
  index: 'byDue',
  dueField: 'dueAt',
  fenceField: 'fence',
  leaseMs: LEASE_MS,
  limit: BATCH,
} as const;

function freshJob(
  { id, topic, payload, dueAt, deadline }: NewJob,
  { clock, randomness }: Pick<QueueParts, 'clock' | 'randomness'>,
): Job {
  return {
    id: id ?? randomness.id(),
    ...(deadline !== undefined && { deadline }),
    topic,
    payload,
    dueAt: dueAt ?? clock.now(),
    attempts: 0,
    fence: 0,
    state: 'due',
    createdAt: clock.now(),
  };
}

/** For whoever looks after the queue. */
function createOversight(
  jobs: Collection<Job>,
  clock: Clock,
  wake: () => void,
): Pick<Queue, 'waiting' | 'dead' | 'retry' | 'discard' | 'stateOf' | 'depth'> {
  return {
    async waiting(limit) {
      return (await jobs.find({ index: 'byState', equals: ['due'], limit })).items;
    },
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
      if (due) wake();
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
  };
}
