import { type Connection, Mongoose } from 'mongoose';
import type { Layout } from '../engine.ts';
import { storageUnavailable } from '../errors.ts';
import { signatureOf } from '../layout.ts';
import { createGroupWrite, type SingleWrite } from './group-write.ts';
import { createModel, type MongoDoc, type MongoRows, syncIndexes } from './mongo-model.ts';
import type { Service } from './service.ts';

/** The MongoDB side: connection, one model for each durable collection, and the catalog of their declarations. */
export interface MongoStore {
  /** @throws AppError 'storage.unavailable' while not open */
  rows(name: string): MongoRows;
  /** Together with other writes of the moment. */
  write(name: string, one: SingleWrite): Promise<boolean>;
  rowsByCollection(): ReadonlyMap<string, MongoRows>;
  /** Resolves with the collections whose declaration changed. */
  open(layouts: readonly Layout[]): Promise<string[]>;
  rebuilt(layout: Layout): Promise<void>;
  check(): Promise<void>;
  close(): Promise<void>;
}

const CATALOG = '_catalog';
/** MongoDB 8.0. */
const BULK_WRITE_WIRE_VERSION = 25;

interface CatalogEntry {
  _id: string;
  declared: string;
}

export function createMongoStore(url: string, service: Service): MongoStore {
  let connection: Connection | undefined;
  const rows = new Map<string, MongoRows>();
  const opened = (): Connection => {
    if (!connection) throw storageUnavailable(service.name, new Error('not open'));
    return connection;
  };
  let writesTogether = false;
  const writeInGroups = createGroupWrite({
    client: () => (writesTogether ? connection?.getClient() : undefined),
    ask: service.ask,
    patienceMs: service.answerMs,
  });
  const catalog = () => opened().collection<CatalogEntry>(CATALOG);

  function rowsOf(name: string): MongoRows {
    const found = rows.get(name);
    if (!found) throw storageUnavailable(service.name, new Error('not open'));
    return found;
  }

  return {
    rows: rowsOf,
    write: async (name, one) => writeInGroups(rowsOf(name), one),
    rowsByCollection: () => rows,
    async open(layouts) {
      connection = await connect(url, service);
      try {
        const { maxWireVersion } = (await connection.db?.command({ hello: 1 })) ?? {};
        writesTogether = maxWireVersion >= BULK_WRITE_WIRE_VERSION;
        const changed: string[] = [];
        for (const layout of layouts) {
          const model = createModel(connection, layout);
          const known = await catalog().findOne({ _id: layout.name });
          // No deadline: building an index on a large collection takes its time.
          if (known?.declared !== signatureOf(layout)) {
            await syncIndexes(model, layout);
            changed.push(layout.name);
          }
          rows.set(layout.name, nativeOf(connection, layout.name));
        }
        return changed;
      } catch (error) {
        await this.close();
        throw storageUnavailable(service.name, error);
      }
    },
    async rebuilt(layout) {
      const entry = { $set: { declared: signatureOf(layout) } };
      await service.ask(() => catalog().updateOne({ _id: layout.name }, entry, { upsert: true }));
    },
    async check() {
      await service.ask(async () => opened().db?.command({ ping: 1 }));
    },
    async close() {
      const closing = connection;
      connection = undefined;
      rows.clear();
      await closing?.close();
    },
  };
}

function nativeOf({ db }: Connection, name: string): MongoRows {
  if (!db) throw new Error('not connected');
  return db.collection<MongoDoc>(name);
}

/** A mongoose of its own: the library's default instance would be state shared by all who import it. */
async function connect(url: string, service: Service): Promise<Connection> {
  const connection = new Mongoose().createConnection();
  try {
    return await connection.openUri(url, {
      autoIndex: false,
      autoCreate: false,
      bufferCommands: false,
      w: 'majority',
      serverSelectionTimeoutMS: service.answerMs,
      connectTimeoutMS: service.answerMs,
    });
  } catch (error) {
    // Otherwise its monitors would go on trying.
    await connection.close(true).catch(() => {});
    throw storageUnavailable(service.name, error);
  }
}
