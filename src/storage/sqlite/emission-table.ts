import type { EmissionQueue, LeasedEmission, SealedEmission } from '../engine.ts';
import type { DatabaseFile } from './database-file.ts';

/** Emissions of the durable file, written in the transaction of the change they belong to. */
export interface EmissionTable {
  prepare(file: DatabaseFile): void;
  add(file: DatabaseFile, emissions: readonly SealedEmission[]): void;
  queue(access: <R>(work: (file: DatabaseFile) => R) => R): EmissionQueue;
}

const CREATE = `
  CREATE TABLE IF NOT EXISTS _emissions (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, topic TEXT NOT NULL, payload TEXT NOT NULL,
    due INTEGER NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0)`;
const ADD = 'INSERT INTO _emissions (id, topic, payload) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING';
const LEASE = `
  UPDATE _emissions SET due = ? WHERE seq IN (SELECT seq FROM _emissions WHERE due <= ? ORDER BY seq LIMIT ?)
  RETURNING seq, id, topic, payload, attempts`;

export const emissionTable: EmissionTable = {
  prepare(file) {
    file.database.exec(CREATE);
  },
  add(file, emissions) {
    for (const { id, topic, payload } of emissions) file.statement(ADD).run(id, topic, payload);
  },
  queue: (access) => ({
    async lease(now, until, limit) {
      const rows = access((file) => file.statement(LEASE).all(until, now, limit)) as unknown as unknown[][];
      if (rows.length === 0) return [];
      // Nothing leaves the house before the change it speaks of is on disk.
      await access((file) => {
        file.sync.committed();
        return file.sync.settled();
      });
      return rows.sort((a, b) => Number(a[0]) - Number(b[0])).map(leasedOf);
    },
    settle: async ({ id }) => {
      access((file) => file.statement('DELETE FROM _emissions WHERE id = ?').run(id));
    },
    release: async ({ id }, retryAt) => {
      const text = 'UPDATE _emissions SET due = ?, attempts = attempts + 1 WHERE id = ?';
      access((file) => file.statement(text).run(retryAt, id));
    },
    rewrite: async (reseal) =>
      access((file) =>
        file.transaction(() => {
          const rows = file.statement('SELECT seq, id, topic, payload, attempts FROM _emissions').all();
          const stale = rows
            .map(leasedOf)
            .map((emission) => ({ id: emission.id, payload: reseal(emission) }));
          const rewritten = stale.filter(({ payload }) => payload !== undefined);
          for (const { id, payload } of rewritten) {
            file.statement('UPDATE _emissions SET payload = ? WHERE id = ?').run(payload as string, id);
          }
          return rewritten.length;
        }),
      ),
  }),
};

function leasedOf(row: unknown): LeasedEmission {
  const [seq, id, topic, payload, attempts] = row as [number, string, string, string, number];
  return { id, topic, payload, attempts, place: String(seq) };
}
