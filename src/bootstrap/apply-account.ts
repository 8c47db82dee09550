import { z } from 'zod';
import { DAY, sha256 } from '#kernel';
import type { Emission, Storage } from '#storage';

const resetLinkSchema = z.strictObject({
  /** The account's id: a new link replaces the older one. Decoys of the requests that lead nowhere have ids of their own. */
  id: z.string(),
  /** SHA-256 of the token: the token itself is in the mail only. */
  tokenHash: z.string(),
  /** The account's normalized address when the link was made: mailed elsewhere it is worth nothing. */
  address: z.string(),
  /** Version of the password that the link replaces: once changed otherwise, the link is over. */
  passwordVersion: z.int(),
  usedAt: z.int().optional(),
  validUntil: z.int(),
  /** Kept longer than it is valid, so that a second click is told what happened (W6). */
  expiresAt: z.int(),
  resume: z.string().optional(),
});
export type StoredResetLink = z.infer<typeof resetLinkSchema>;

const REMEMBERED = DAY;

export interface ResetLinkStore {
  save(
    link: Omit<StoredResetLink, 'tokenHash' | 'expiresAt' | 'usedAt'> & { token: string },
    emit: readonly Emission[],
  ): Promise<void>;
  byToken(token: string): Promise<StoredResetLink | undefined>;
  /** True for exactly one caller, and only while no newer link has replaced this one. */
  spend(link: StoredResetLink, now: number): Promise<boolean>;
}

export function createResetLinkStore(storage: Storage): ResetLinkStore {
  const links = storage.collection<StoredResetLink>({
    name: 'reset-links',
    schema: resetLinkSchema,
    key: 'id',
    index: { byTokenHash: ['tokenHash'] },
    expiresAt: 'expiresAt',
    durability: 'durable',
    sealed: ['resume'],
  });
  return {
    save: ({ token, ...link }, emit) =>
      links.put({ ...link, tokenHash: sha256(token), expiresAt: link.validUntil + REMEMBERED }, { emit }),
    async byToken(token) {
      const { items } = await links.find({ index: 'byTokenHash', equals: [sha256(token)], limit: 1 });
      return items[0];
    },
    async spend(link, now) {
      const spent = await links.update(link.id, (doc) =>
        doc.tokenHash === link.tokenHash && doc.usedAt === undefined ? { ...doc, usedAt: now } : undefined,
      );
      return spent !== undefined;
    },
  };
}
