import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseBootstrap } from '#bootstrap';

const root = join(import.meta.dirname, '../..');
const textOf = (path: string) => readFileSync(join(root, path), 'utf8');
const PAGES = [
  'README.md',
  'CHANGELOG.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

describe('documentation', () => {
  it('gives a bootstrap file that is accepted as it stands', () => {
    const example = /```yaml\n([\s\S]*?)```/.exec(textOf('docs/bootstrap.md'))?.[1] ?? '';
    const alone = example.replace('{ fromFile: /run/secrets/otto-hash }', '{ fromEnv: OTTO_HASH }');
    const env = {
      ACME_OKTA_SECRET: 'upstream',
      PORTAL_SECRET: 'portal',
      OTTO_HASH: `$2b$12$${'x'.repeat(53)}`,
    };
    const parsed = parseBootstrap(alone, { env, baseDir: root });
    expect(parsed.outcome === 'invalid' ? parsed.problems : []).toEqual([]);
    expect(parsed.outcome === 'ok' && parsed.file.accounts.length).toBe(2);
  });

  it.each(PAGES)('%s links to files that are there', (path) => {
    const links = [...textOf(path).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, target]) => target ?? '');
    expect(links.filter((target) => !existsSync(join(root, dirname(path), target)))).toEqual([]);
  });

  it.each(PAGES)('%s names npm scripts that are there', (path) => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    const named = [...textOf(path).matchAll(/npm (?:run )?([a-z:]+)/g)].map(([, name]) => name ?? '');
    const own = named.filter((name) => !['ci', 'is', 'install'].includes(name));
    expect(own.filter((name) => !(name in scripts))).toEqual([]);
  });
});
