import { createGatehouse } from '#app';
import { formatProblems, loadConfig } from '#config';
import { type CliContext, type CliGatehouse, CommandFailure } from './command.ts';

/** The one place where commands meet the real application. */
export async function withGatehouse<T>(
  env: CliContext['env'],
  work: (gatehouse: CliGatehouse) => Promise<T>,
): Promise<T> {
  const loaded = loadConfig({ env });
  if (loaded.outcome === 'invalid') throw new CommandFailure([formatProblems(loaded.problems)]);
  // Standard output is the command's.
  const gatehouse = await createGatehouse({ config: { ...loaded.config, logLevel: 'silent' } });
  try {
    await gatehouse.open();
    return await work({
      storage: gatehouse.storage,
      accounts: gatehouse.accounts,
      companies: gatehouse.companies,
      identifiers: gatehouse.identifiers,
      credentials: gatehouse.credentials,
      invitations: gatehouse.invitations,
      queue: gatehouse.queue,
      queueMessages: () => gatehouse.relay.drain(),
      support: gatehouse.support,
      applyFile: (path, options) => gatehouse.bootstrap.applyFile(path, { ...options, env }),
      rotateKeys: () => gatehouse.rotateKeys(),
    });
  } finally {
    await gatehouse.close();
  }
}
