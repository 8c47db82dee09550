import { z } from 'zod';
import type { Collection, Storage } from '#storage';

/** Work that must happen once its cause is written, however often it takes. */
const jobSchema = z.strictObject({
  /** Idempotency key. */
  id: z.string(),
  topic: z.string(),
  /** Sealed: messages carry links. */
  payload: z.record(z.string(), z.unknown()),
  /** Absent when dead. */
  dueAt: z.int().optional(),
  attempts: z.int(),
  /** Raised by each lease; whoever holds an older one may not finish the job. */
  fence: z.int(),
  state: z.enum(['due', 'done', 'dead']),
  /** Class and code of the last failure; never what was sent. */
  lastError: z.string().optional(),
  createdAt: z.int(),
  /** From then on it is not done any more: what it would say is no longer true. */
  deadline: z.int().optional(),
  /** A finished job is remembered for a while, so that a repeated cause does not repeat it. */
  expiresAt: z.int().optional(),
});
export type Job = z.infer<typeof jobSchema>;

export function declareJobs(storage: Storage): Collection<Job> {
  return storage.collection<Job>({
    name: 'jobs',
    schema: jobSchema,
    key: 'id',
    index: { byDue: ['dueAt'], byState: ['state', 'createdAt'] },
    expiresAt: 'expiresAt',
    durability: 'durable',
    sealed: ['payload'],
  });
}
