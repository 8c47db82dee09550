import { createHmac } from 'node:crypto';
import type { Piscina } from 'piscina';
import type { BcryptTask } from './bcrypt-worker.ts';
import { PREHASHED_BCRYPT } from './encoded-hash.ts';

/** What bcrypt reads of its input; it drops the rest without a word. */
const BCRYPT_BYTES = 72;

type Pool = Piscina<BcryptTask, string | boolean>;

export interface BcryptPool {
  hash(password: string, cost: number): Promise<string>;
  verify(password: string, encoded: { encoded: string; prehashed: boolean }): Promise<boolean>;
  close(): Promise<void>;
}

/** bcryptjs in worker threads, which start with the first task and end when idle; the pool is loaded with it. */
export function createBcryptPool(threads: number): BcryptPool {
  let pool: Promise<Pool> | undefined;

  async function run(task: BcryptTask): Promise<string | boolean> {
    pool ??= createPool(threads);
    return (await pool).run(task);
  }

  return {
    async hash(password, cost) {
      const encoded = await run({ kind: 'hash', input: prehash(password), cost });
      return `${PREHASHED_BCRYPT}${encoded}`;
    },
    async verify(password, { encoded, prehashed }) {
      // An imported hash knows nothing of what lies beyond 72 bytes or a NUL: such a password is not proven by it.
      const plainFits = Buffer.byteLength(password) <= BCRYPT_BYTES && !password.includes('\0');
      const input = prehashed ? prehash(password) : plainFits ? password : '';
      const matches = (await run({ kind: 'compare', input, encoded })) === true;
      return matches && (prehashed || plainFits);
    },
    close: async () => (await pool)?.destroy(),
  };
}

async function createPool(threads: number): Promise<Pool> {
  const { Piscina } = await import('piscina');
  return new Piscina<BcryptTask, string | boolean>({
    filename: new URL('./bcrypt-worker.ts', import.meta.url).href,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: 30_000,
  });
}

/** 64 characters for any length: nothing is cut off, and no NUL ends the input early. The key separates purposes. */
function prehash(password: string): string {
  return createHmac('sha384', 'gatehouse:password:bcrypt').update(password).digest('base64');
}
