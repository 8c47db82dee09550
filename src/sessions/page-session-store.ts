import { z } from 'zod';
import { type Clock, HOUR, sha256 } from '#kernel';
import type { Storage } from '#storage';

/** Without a click for this long the pages ask the sign-in anew, in silence while it lives. */
const PAGE_SESSION_MS = 12 * HOUR;

const secretsSchema = z.strictObject({
  /** Of an authenticator app that is being set up. */
  totpSecret: z.string().optional(),
  /** Shown until the person says that it is saved. */
  recoveryCode: z.string().optional(),
  /** Epoch milliseconds. */
  keptAt: z.int().optional(),
});
/** What may be shown once more, never stored in the clear. */
export type PageSecrets = z.infer<typeof secretsSchema>;

const pageSessionSchema = z.strictObject({
  /** Digest of the cookie. */
  id: z.string(),
  accountId: z.string(),
  /** Of the sign-in at the authorization server: with it ends this. */
  sessionUid: z.string(),
  primaryAt: z.int().optional(),
  secrets: secretsSchema,
  expiresAt: z.int(),
});
export type PageSession = z.infer<typeof pageSessionSchema>;

export type PageSessionStore = ReturnType<typeof createPageSessionStore>;

/** Volatile: a lost one costs a redirect. */
export function createPageSessionStore({ storage, clock }: { storage: Storage; clock: Clock }) {
  const collection = storage.collection<PageSession>({
    name: 'page-sessions',
    schema: pageSessionSchema,
    key: 'id',
    expiresAt: 'expiresAt',
    durability: 'volatile',
    sealed: ['secrets'],
  });
  return {
    async begin(cookie: string, session: Omit<PageSession, 'id' | 'expiresAt'>): Promise<void> {
      await collection.put({ ...session, id: sha256(cookie), expiresAt: clock.now() + PAGE_SESSION_MS });
    },
    find: (cookie: string): Promise<PageSession | undefined> => collection.get(sha256(cookie)),
    async keepSecrets(cookie: string, secrets: PageSecrets): Promise<void> {
      await collection.update(sha256(cookie), (session) => ({
        ...session,
        // What lies there already is no younger for what is laid beside it.
        secrets: { ...secrets, keptAt: secrets.keptAt ?? clock.now() },
        expiresAt: clock.now() + PAGE_SESSION_MS,
      }));
    },
    async end(cookie: string): Promise<void> {
      await collection.delete(sha256(cookie));
    },
  };
}
