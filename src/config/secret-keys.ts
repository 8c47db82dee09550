import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Randomness, systemRandomness } from '#kernel';

const FILE = 'secret-keys';

/**
 * The keys in `DATA_DIR/secret-keys`, one a line, newest first; the file is made (mode 0600) at the first start.
 * For the embedded storage only: several nodes need the same SECRET_KEYS. `:memory:` gets keys that nobody keeps.
 * @throws Error when the file can be neither read nor made
 */
export function ensureSecretKeys(
  dataDir: string,
  randomness: Randomness = systemRandomness,
  link: typeof linkSync = linkSync,
): string[] {
  const fresh = randomness.bytes(48).toString('base64url');
  if (dataDir === ':memory:') return [fresh];
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, FILE);
  if (!existsSync(path)) make(path, fresh, `${path}.${randomness.id()}`, link);
  return readKeys(path);
}

/** File systems without hard links, as some volumes of containers are, say one of these. */
const NO_LINKS: ReadonlySet<string | undefined> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
]);

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code;

/** Of processes that start together one gives the file its name, and it is whole by then: nobody reads half of it. */
function make(path: string, key: string, draft: string, link: typeof linkSync): void {
  const file = { flag: 'wx', mode: 0o600, flush: true } as const;
  try {
    writeFileSync(draft, `${key}\n`, file);
    try {
      link(draft, path);
    } catch (error) {
      if (!NO_LINKS.has(codeOf(error))) throw error;
      // Still one winner; who reads in the instant before it is written stops with an error and starts anew.
      writeFileSync(path, `${key}\n`, file);
    }
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function readKeys(path: string): string[] {
  const keys = readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (keys.length === 0 || keys.some((key) => Buffer.byteLength(key) < 32)) {
    throw new Error(`${path} must hold keys of at least 32 bytes, one a line`);
  }
  return keys;
}
