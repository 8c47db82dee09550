import { AsyncLocalStorage } from 'node:async_hooks';
import type { ChangeFeed, Row } from './engine.ts';

/** Beyond this a request asks again: one that waits for a person's password hash or for another server is no moment. */
export const PROOF_AGE_MS = 100;

/** Work that a request has started may go on for long after it. */
const MAX_ROWS = 20;

interface Reader {
  proof?: { at: number; generation: number; passed: Promise<boolean>; isPassed: boolean };
  /** What it read last, by collection and key. */
  rows: Map<string, Row>;
}

/** Proofs that copies are true, shared by the reads of one request. */
export interface SharedProofs extends Pick<ChangeFeed, 'caughtUp'> {
  readTogether<R>(work: () => R): R;
  /** A write of this request is done: what others did before it is looked for anew. */
  renew(): void;
  /** A row that this request has read or written: good enough to try a write that compares its revision, never to answer with. */
  noteRead(collection: string, row: Row): void;
  /** Undefined the second time: after that write it is another one. */
  takeRead(collection: string, key: string): Row | undefined;
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
    readTogether: (work) => readers.run({ rows: new Map() }, work),
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
    noteRead(collection, { key, rev, version, body, expiresAt }) {
      const rows = readers.getStore()?.rows;
      if (!rows) return;
      rows.set(`${collection}/${key}`, { key, rev, version, body, expiresAt });
      const [oldest] = rows.keys();
      if (rows.size > MAX_ROWS && oldest !== undefined) rows.delete(oldest);
    },
    takeRead(collection, key) {
      const rows = readers.getStore()?.rows;
      const name = `${collection}/${key}`;
      const row = rows?.get(name);
      if (row) rows?.delete(name);
      return row;
    },
    lost() {
      generation += 1;
    },
  };
}
