import { createCopies, MAX_AGE_MS } from '../../src/storage/copies.ts';

const copy = (key: string, rev = 1) => ({ key, rev, value: `${key}${rev}` });

describe('copies of documents', () => {
  let now: number;
  let copies: ReturnType<typeof createCopies<string>>;
  beforeEach(() => {
    now = 5000;
    copies = createCopies<string>(3, () => now);
  });
  function keep(key: string, rev = 1): void {
    const ticket = copies.begin();
    ticket.keep(copy(key, rev));
    ticket.end();
  }

  it('is not kept where its key was dropped since the read began, whichever came first at the database', () => {
    const ticket = copies.begin();
    copies.drop('a', []);
    ticket.keep(copy('a'));
    ticket.keep(copy('b'));
    ticket.end();
    expect([copies.get('a'), copies.get('b')?.value]).toEqual([undefined, 'b1']);
  });

  it('keeps nothing of a read during which all was dropped', () => {
    const ticket = copies.begin();
    copies.drop('*', []);
    ticket.keep(copy('a'));
    ticket.keepResult('r', []);
    expect([copies.get('a'), copies.result('r')]).toEqual([undefined, undefined]);
  });

  it('keeps no result that a document came into or left while it was read', () => {
    const [coming, leaving] = [copies.begin(), copies.begin()];
    copies.drop('new', ['r']);
    coming.keepResult('r', [copy('a')]);
    expect(copies.result('r')).toBeUndefined();
    copies.drop('a', []);
    leaving.keepResult('s', [copy('a'), copy('b')]);
    expect(copies.result('s')).toBeUndefined();
  });

  it('gives a result up once one of its documents is another', () => {
    copies.begin().keepResult('r', [copy('a'), copy('b')]);
    expect(copies.result('r')?.map(({ key }) => key)).toEqual(['a', 'b']);
    copies.drop('b', []);
    keep('b', 2);
    expect(copies.result('r')).toBeUndefined();
  });

  it('lives 2 seconds from the beginning of its read, though no notice comes', () => {
    const ticket = copies.begin();
    now += MAX_AGE_MS - 1;
    ticket.keep(copy('a'));
    expect(copies.get('a')).toBeDefined();
    now += 1;
    expect(copies.get('a')).toBeUndefined();
  });

  it('lets the least recently read go first', () => {
    for (const key of ['a', 'b', 'c']) keep(key);
    copies.get('a');
    keep('d');
    expect(['a', 'b', 'c', 'd'].map((key) => copies.get(key) !== undefined)).toEqual([
      true,
      false,
      true,
      true,
    ]);
  });
});
