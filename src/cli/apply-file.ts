import { type Command, CommandFailure } from './command.ts';
import { parseArguments } from './parse-arguments.ts';

export const applyFile: Command = {
  name: 'apply',
  usage: 'FILE [--force]',
  summary: 'Apply a bootstrap file; --force also puts back what was changed since, credentials included',
  async run(args, { say, withGatehouse }) {
    const { values, positionals } = parseArguments(args, { force: { type: 'boolean', default: false } }, [
      'FILE',
    ]);
    const path = positionals[0] as string;
    const outcome = await withGatehouse((gatehouse) => gatehouse.applyFile(path, { force: values.force }));
    if (outcome.outcome === 'invalid') {
      const lines = outcome.problems.map((one) =>
        one.path ? `  ${one.path}: ${one.problem}` : `  ${one.problem}`,
      );
      throw new CommandFailure([`${path} was not applied:`, ...lines]);
    }
    const { created, updated, unchanged, differences } = outcome.report;
    for (const entry of created) say(`created  ${entry}`);
    for (const entry of updated) say(`updated  ${entry}`);
    for (const { entry, field } of differences) say(`differs  ${entry}: ${field} (left as it is)`);
    say(`${created.length} created, ${updated.length} updated, ${unchanged.length} unchanged`);
    if (differences.length > 0)
      say(`${differences.length} differences left; --force puts the file's values back`);
  },
};
