import { z } from 'zod';
import type { Emission, Storage } from '#storage';

const totpSchema = z.strictObject({
  accountId: z.string(),
  /** Base32; sealed (G5). Absent after a removal: the document stays, so that `version` never comes back. */
  secret: z.string().optional(),
  /** The last time step whose code was taken: no code of it or before is taken again (X30). */
  lastStep: z.int(),
  enrolledAt: z.int(),
  lastUsedAt: z.int().optional(),
  version: z.int().positive(),
});
export type StoredTotp = z.infer<typeof totpSchema>;

export interface TotpStore {
  get(accountId: string): Promise<StoredTotp | undefined>;
  /** Replaces whatever was there; resolves with the new version. */
  enrol(
    enrolment: Pick<StoredTotp, 'accountId' | 'lastStep' | 'enrolledAt'> & { secret: string },
    emit: readonly Emission[],
  ): Promise<number>;
  /** Takes the step for this caller alone; false when it, or a later one, was taken, or the app changed meanwhile. */
  takeStep(accountId: string, version: number, step: number, now: number): Promise<boolean>;
  remove(accountId: string, emit: readonly Emission[]): Promise<boolean>;
}

export function createTotpStore(storage: Storage): TotpStore {
  const apps = storage.collection<StoredTotp>({
    name: 'authenticator-apps',
    schema: totpSchema,
    key: 'accountId',
    durability: 'durable',
    sealed: ['secret'],
  });
  return {
    get: (accountId) => apps.get(accountId),
    async enrol(enrolment, emit) {
      const first = { ...enrolment, version: 1 };
      if (await apps.insertIfAbsent(first, { emit })) return first.version;
      const next = await apps.update(
        enrolment.accountId,
        (doc) => ({ ...enrolment, version: doc.version + 1 }),
        { emit: () => emit },
      );
      // Documents are never deleted, so the one that stood in the way is there.
      return (next as StoredTotp).version;
    },
    async takeStep(accountId, version, step, now) {
      const taken = await apps.update(accountId, (doc) =>
        doc.version === version && doc.secret !== undefined && doc.lastStep < step
          ? { ...doc, lastStep: step, lastUsedAt: now }
          : undefined,
      );
      return taken !== undefined;
    },
    async remove(accountId, emit) {
      const removed = await apps.update(
        accountId,
        (doc) =>
          doc.secret === undefined ? undefined : { ...doc, secret: undefined, version: doc.version + 1 },
        { emit: () => emit },
      );
      return removed !== undefined;
    },
  };
}
