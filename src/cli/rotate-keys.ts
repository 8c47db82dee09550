import type { Command } from './command.ts';
import { parseArguments } from './parse-arguments.ts';

export const rotateKeys: Command = {
  name: 'rotate-keys',
  usage: '',
  summary: 'Make new keys for signing tokens; the former ones verify until what they signed has expired',
  async run(args, { say, withGatehouse }) {
    parseArguments(args, {});
    await withGatehouse((gatehouse) => gatehouse.rotateKeys());
    say('new signing keys made');
  },
};
