import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
/** The highest number of each letter (docs/architecture.md says what they are). */
const LAST = {
  ...{
    A: 19,
    B: 17,
    'C-': 14,
    D: 11,
    E: 10,
    F: 6,
    G: 33,
    H: 18,
    I: 10,
    J: 11,
    K: 9,
    L: 11,
    M: 12,
    N: 7,
    O: 12,
    P: 4,
  },
  ...{ C: 16, W: 25, X: 50 },
};
/** What a reader finds at the title is shown there: nobody shows more than three things in one test. */
const MOST = 3;

const TITLE = /(?:\bit\(|\bdescribe\(|\)\()\s*(['"`])((?:(?!\1).)*)\1/g;
const NUMBER = /(?<![\w-])(C-|[A-PWX])(\d{1,2})(?!\w)/g;
const numbersIn = (title: string) =>
  [...title.matchAll(NUMBER)].map(([, letter = '', n]) => [letter, Number(n)] as const);

const titles = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) => {
    const source = readFileSync(join(root, file), 'utf8');
    return [...source.matchAll(TITLE)].map(([, , title = '']) => ({ file, title }));
  });

describe('titles of tests', () => {
  it('claim three numbers of requirements at the most', () => {
    const more = titles.filter(({ title }) => new Set(numbersIn(title).map(String)).size > MOST);
    expect(more).toEqual([]);
    expect(titles.length).toBeGreaterThan(1_000);
  });

  it('claim numbers that there are', () => {
    const unknown = titles.flatMap(({ file, title }) =>
      numbersIn(title)
        .filter(([letter, n]) => n < 1 || n > LAST[letter as keyof typeof LAST])
        .map((number) => `${file}: ${number.join('')} of “${title}”`),
    );
    expect(unknown).toEqual([]);
  });
});
