import { createGroupWrite, type SingleWrite } from '../../src/storage/mongo-redis/group-write.ts';
import type { MongoDoc, MongoRows } from '../../src/storage/mongo-redis/mongo-model.ts';

const doc = (_id: string): MongoDoc => ({ _id }) as MongoDoc;
const insert = (_id: string): SingleWrite => ({ insert: doc(_id) });
const change = (_id: string): SingleWrite => ({ where: { _id }, update: { $set: {} } });

interface Model {
  name: 'insertOne' | 'updateOne';
  namespace: string;
  document?: MongoDoc;
  filter?: { _id: string };
}

/** A server that answers when told: `taken` keys refuse inserts, only `there` can be changed, changes of `refused` fail. */
function createServer({ taken = ['b'], there = ['x'], refused = ['u'] } = {}) {
  const commands: string[] = [];
  let answer = Promise.withResolvers<void>();
  const refusal = (code: number) => Object.assign(new Error('refused'), { code });
  const alone = async (command: string, run: () => object) => {
    commands.push(command);
    await answer.promise;
    return run();
  };
  const collection = (namespace: string) =>
    ({
      namespace,
      insertOne: ({ _id }: MongoDoc) =>
        alone(`insert ${_id}`, () => {
          if (taken.includes(_id)) throw refusal(11000);
          return {};
        }),
      updateOne: ({ _id }: { _id: string }) =>
        alone(`update ${_id}`, () => {
          if (refused.includes(_id)) throw refusal(11000);
          return { matchedCount: there.includes(_id) ? 1 : 0 };
        }),
    }) as unknown as MongoRows;
  async function bulkWrite(models: Model[]) {
    const names = models.map((one) => `${one.namespace}.${one.document?._id ?? one.filter?._id}`);
    await alone(names.join(' '), () => ({}));
    const insertResults = new Map<number, object>();
    const updateResults = new Map<number, object>();
    const writeErrors = new Map<number, object>();
    for (const [at, { document, filter }] of models.entries()) {
      if (document && taken.includes(document._id)) writeErrors.set(at, { code: 11000 });
      else if (document) insertResults.set(at, {});
      else if (refused.includes(filter?._id ?? '')) writeErrors.set(at, { code: 11000 });
      else updateResults.set(at, { matchedCount: there.includes(filter?._id ?? '') ? 1 : 0 });
    }
    const result = { insertResults, updateResults };
    if (writeErrors.size === 0) return result;
    throw Object.assign(new Error('some'), { writeErrors, writeConcernErrors: [], partialResult: result });
  }
  return {
    commands,
    collection,
    bulkWrite,
    async answer() {
      answer.resolve();
      answer = Promise.withResolvers();
      await settle();
    },
    async fail(error: Error) {
      answer.reject(error);
      answer = Promise.withResolvers();
      await settle();
    },
  };
}

const settle = async () => {
  for (const _ of [1, 2, 3]) await new Promise(setImmediate);
};

describe('writes in groups', () => {
  let server: ReturnType<typeof createServer>;
  let write: (collection: string, one: SingleWrite) => Promise<boolean | string>;
  const begin = (isBulk: boolean) => {
    server = createServer();
    const inGroups = createGroupWrite({
      client: () => (isBulk ? (server as never) : undefined),
      // As a service does: what goes wrong with it is an outage.
      ask: (request) => request().catch(() => Promise.reject(new Error('outage'))),
      patienceMs: 60_000,
    });
    write = (collection, one) =>
      inGroups(server.collection(collection), one).catch((error: Error) => error.message);
  };
  beforeEach(() => begin(true));

  it('sends what comes in one turn, or meanwhile, in one command, and tells each its own outcome', async () => {
    const first = [write('p', insert('a')), write('q', change('x'))];
    await settle();
    const later = [write('p', insert('b')), write('q', insert('c')), write('q', change('gone'))];
    await settle();
    expect(server.commands).toEqual(['p.a q.x']);
    await server.answer();
    expect(server.commands).toEqual(['p.a q.x', 'p.b q.c q.gone']);
    await server.answer();
    expect(await Promise.all([...first, ...later])).toEqual([true, true, false, true, false]);
    const alone = write('p', insert('b'));
    await settle();
    expect(server.commands.at(-1)).toBe('insert b');
    await server.answer();
    expect(await alone).toBe(false);
  });

  it('tries a change that was refused once more alone, so that its refusal comes whole', async () => {
    const outcomes = [write('p', change('u')), write('p', insert('a'))];
    await settle();
    await server.answer();
    expect(server.commands).toEqual(['p.u p.a', 'update u']);
    await server.answer();
    expect(await Promise.all(outcomes)).toEqual(['refused', true]);
  });

  it('fails all whose answer is lost, claims nothing of them, and goes on with the next', async () => {
    const lost = [write('p', insert('a')), write('p', change('x'))];
    await settle();
    const next = write('p', insert('d'));
    await server.fail(new Error('gone'));
    await server.answer();
    expect(await Promise.all([...lost, next])).toEqual(['outage', 'outage', true]);
  });

  it('sends each alone where the server takes no such command', async () => {
    begin(false);
    const outcomes = [write('p', insert('a')), write('q', insert('b')), write('q', change('x'))];
    await settle();
    expect(server.commands).toEqual(['insert a', 'insert b', 'update x']);
    await server.answer();
    expect(await Promise.all(outcomes)).toEqual([true, false, true]);
  });
});
