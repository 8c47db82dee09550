import { formatProblems, loadConfig } from '#config';
import { type Command, CommandFailure } from './command.ts';
import { parseArguments } from './parse-arguments.ts';

export const checkConfig: Command = {
  name: 'check-config',
  usage: '',
  summary: 'Check environment and config/*.yaml without starting anything',
  async run(args, { env, say }) {
    parseArguments(args, {});
    const loaded = loadConfig({ env });
    if (loaded.outcome === 'invalid') throw new CommandFailure([formatProblems(loaded.problems)]);
    const { server, storage, production } = loaded.config;
    say('The configuration is valid.');
    say(`  issuer   ${server.issuer}`);
    say(`  storage  ${storage.mongoUrl ? 'MongoDB and Redis' : `SQLite in ${storage.dataDir}`}`);
    say(`  mode     ${production ? 'production' : 'development'}`);
  },
};
