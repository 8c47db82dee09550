import { AsyncLocalStorage } from 'node:async_hooks';
import type { ChangeFeed } from './engine.ts';

/** Beyond this a request asks again: one that waits for a person's password hash or for another server is no moment. */
export const PROOF_AGE_MS = 100;

interface Reader {
  proof?: { at: number; generation: number; passed: Promise<boolean>; isPassed: boolean };
}

/** Proofs that copies are true, shared by the reads of one request. */
export interface SharedProofs extends Pick<ChangeFeed, 'caughtUp'> {
  readTogether<R>(work: () => R): R;
  /** A write of this request is done: what others did before it is looked for anew. */
  renew(): void;
  /** Notices were missed: no proof from before says anything. */
  lost(): void;
}

/**
 * A proof that began after the request came shows all that was acknowledged before the request was sent. It is renewed
 * after each own write, since "written, then looked" is how two writers find each other. `elapsed`: milliseconds.
 */
export function createSharedProofs(caughtUp: ChangeFeed['caughtUp'], elapsed: () => number): SharedProofs {
  const readers = new AsyncLocalStorage<Reader>();
  let generation = 0;

  function prove(reader: Reader): boolean | Promise<boolean> {
    const at = elapsed();
    const passed = caughtUp();
    if (typeof passed === 'boolean') return passed;
    const proof = { at, generation, passed, isPassed: false };
    reader.proof = proof;
    passed.then(
      (isPassed) => {
        proof.isPassed = isPassed;
        if (!isPassed && reader.proof === proof) delete reader.proof;
      },
      () => {
        if (reader.proof === proof) delete reader.proof;
      },
    );
    return passed;
  }

  return {
    readTogether: (work) => readers.run({}, work),
    caughtUp() {
      const reader = readers.getStore();
      if (!reader) return caughtUp();
      const { proof } = reader;
      const holds = proof?.generation === generation && elapsed() - proof.at < PROOF_AGE_MS;
      if (!proof || !holds) return prove(reader);
      return proof.isPassed || proof.passed;
    },
    renew() {
      delete readers.getStore()?.proof;
    },
    lost() {
      generation += 1;
    },
  };
}
