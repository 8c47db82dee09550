import { z } from 'zod';
import { sha256 } from '#kernel';
import type { Collection, Storage } from '#storage';
import { canonical } from './stated-values.ts';

/**
 * What the file said when it was last applied. A value that the file still says as then, but that is different now,
 * was changed by people meanwhile and stays theirs; a value that the file says anew is applied.
 */
const recordSchema = z.strictObject({
  /** `company/acme`, `account/ada@other.example`, … */
  id: z.string(),
  /** Digest of each value by path. Sealed: passwords are among them. */
  applied: z.record(z.string(), z.string()),
  /** Version of each credential right after its import. */
  versions: z.record(z.string(), z.int()).default({}),
  accountId: z.string().optional(),
  /** The account is being made: its credentials are to be imported. */
  pending: z.boolean().default(false),
});
export type BootstrapRecord = z.infer<typeof recordSchema>;

export function createRecordStore(storage: Storage): Collection<BootstrapRecord> {
  return storage.collection({
    name: 'bootstrap-records',
    schema: recordSchema,
    key: 'id',
    durability: 'durable',
    sealed: ['applied'],
  });
}

export function digestOf(value: unknown): string {
  return sha256(canonical(value));
}
