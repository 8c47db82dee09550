import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { ensureSecretKeys } from '../../src/config/secret-keys.ts';

// Two processes that start at once on the folder given: the second does all of its work between the moment at which the first
// makes a file and the one at which it fills it. Prints the keys of both, a line each.
const [, , folder = ''] = process.argv;
const { writeFileSync } = fs;
fs.writeFileSync = (path, content) => {
  fs.writeFileSync = writeFileSync;
  syncBuiltinESMExports();
  const file = fs.openSync(path as string, 'wx', 0o600);
  process.stdout.write(`${ensureSecretKeys(folder).join()}\n`);
  writeFileSync(file, content);
  fs.closeSync(file);
};
syncBuiltinESMExports();
process.stdout.write(`${ensureSecretKeys(folder).join()}\n`);
