import type { Command } from './command.ts';
import { parseArguments } from './parse-arguments.ts';

export const migrateStorage: Command = {
  name: 'migrate',
  usage: '',
  summary: 'Rewrite stored documents of older versions',
  async run(args, { say, withGatehouse }) {
    parseArguments(args, {});
    const counts = await withGatehouse(({ storage }) => storage.migrate());
    for (const [collection, count] of Object.entries(counts)) if (count > 0) say(`${collection}: ${count}`);
    say(`${Object.values(counts).reduce((sum, count) => sum + count, 0)} documents rewritten`);
  },
};

export const resealStorage: Command = {
  name: 'reseal',
  usage: '',
  summary: 'Seal again, with the newest of SECRET_KEYS, what older keys sealed',
  async run(args, { say, withGatehouse }) {
    parseArguments(args, {});
    const count = await withGatehouse(({ storage }) => storage.reseal());
    say(`${count} documents sealed again; older keys may leave SECRET_KEYS once every node has the newest`);
  },
};
