import { createGroupInsert } from '../../src/storage/mongo-redis/group-insert.ts';

interface Doc {
  _id: string;
}

/** A collection that answers when told, with MongoDB's refusals. */
function createRows(taken: readonly string[]) {
  const commands: string[][] = [];
  let answer = Promise.withResolvers<void>();
  const refuse = (error: object) => Promise.reject(Object.assign(new Error('E11000'), error));
  return {
    commands,
    answer() {
      answer.resolve();
      answer = Promise.withResolvers();
    },
    fail(error: Error) {
      answer.reject(error);
      answer = Promise.withResolvers();
    },
    async insertOne({ _id }: Doc) {
      commands.push([_id]);
      await answer.promise;
      if (taken.includes(_id)) await refuse({ code: 11000 });
    },
    async insertMany(docs: Doc[]) {
      commands.push(docs.map(({ _id }) => _id));
      await answer.promise;
      const writeErrors = docs.flatMap(({ _id }, index) =>
        taken.includes(_id) ? { index, code: 11000 } : [],
      );
      if (writeErrors.length > 0) await refuse({ writeErrors });
    },
  };
}

const settle = () => new Promise(setImmediate);

describe('inserts in groups', () => {
  it('sends what came meanwhile in one command, and tells each its own outcome', async () => {
    const rows = createRows(['b']);
    const insert = createGroupInsert<Doc>(
      () => rows,
      (request) => request(),
      1000,
    );
    const outcomes = ['a', 'b', 'c', 'd'].map((_id) => insert({ _id }));
    await settle();
    expect(rows.commands).toEqual([['a']]);
    rows.answer();
    await settle();
    expect(rows.commands).toEqual([['a'], ['b', 'c', 'd']]);
    rows.answer();
    expect(await Promise.all(outcomes)).toEqual([true, false, true, true]);
    const alone = insert({ _id: 'b' });
    rows.answer();
    expect(await alone).toBe(false);
  });

  it('fails the whole group when its answer is lost, and goes on with the next', async () => {
    const rows = createRows([]);
    const insert = createGroupInsert<Doc>(
      () => rows,
      (request) => request(),
      1000,
    );
    const [first, second, third] = ['a', 'b', 'c'].map((_id) => insert({ _id }));
    await settle();
    rows.answer();
    await settle();
    rows.fail(new Error('gone'));
    expect(await Promise.allSettled([first, second, third])).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected' },
      { status: 'rejected' },
    ]);
    const next = insert({ _id: 'd' });
    await settle();
    rows.answer();
    expect(await next).toBe(true);
  });
});
