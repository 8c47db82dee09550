import { createRequire } from 'node:module';
import fc from 'fast-check';
import { createCookieKeys } from '#http';

interface Keygrip {
  sign(data: string): string;
  index(data: string, signature: string): number;
}
const require = createRequire(import.meta.url);
const Keygrip = createRequire(require.resolve('koa'))('keygrip') as new (keys: string[]) => Keygrip;

describe('keys of cookies', () => {
  it('sign as Koa’s own do and know which key signed, so that cookies outlive an update', () => {
    const keys = ['the newest key', 'an older key'];
    const [ours, theirs, older] = [createCookieKeys(keys), new Keygrip(keys), new Keygrip(keys.slice(1))];
    fc.assert(
      fc.property(fc.string(), (data) => {
        expect(ours.sign(data)).toBe(theirs.sign(data));
        expect(ours.index(data, theirs.sign(data))).toBe(0);
        expect(ours.index(data, older.sign(data))).toBe(1);
      }),
    );
  });

  it('X19 know no signature of another value, another key, or of no key', () => {
    const keys = createCookieKeys(['the newest key']);
    const right = keys.sign('name=value');
    const changed = right.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'));
    const foreign = createCookieKeys(['a foreign key']).sign('name=value');
    for (const wrong of [changed, foreign, `${right}A`, right.slice(1), '', 'é'.repeat(27)]) {
      expect(keys.verify('name=value', wrong)).toBe(false);
    }
    expect(keys.verify('name=other', right)).toBe(false);
    expect(keys.verify('name=value', right)).toBe(true);
    expect(() => createCookieKeys([])).toThrow();
  });
});
