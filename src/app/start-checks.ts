import { AppError, type Log } from '#kernel';
import type { Features } from './features.ts';
import type { Web } from './web.ts';

/** @throws AppError 'bootstrap.invalid' with every problem of the file */
export async function applyBootstrap({ bootstrap }: Features, path: string, log: Log): Promise<void> {
  const result = await bootstrap.applyFile(path, { env: process.env });
  if (result.outcome === 'invalid') {
    const problem = result.problems.map((one) => `${one.path}: ${one.problem}`).join('\n');
    throw invalid(problem);
  }
  const { created, updated, differences } = result.report;
  log.info({ created, updated, differences }, 'bootstrap file applied');
}

/**
 * The protocol library looks at a client when it is first used; here it is looked at before anyone needs it.
 * @throws AppError 'bootstrap.invalid' where it refuses one that the operator's file brought
 */
export async function checkClients(
  { clients }: Features,
  { authorizationServer }: Web,
  log: Log,
): Promise<void> {
  const all = await clients.all();
  const refused = await authorizationServer.refusedClients(all.map((one) => one.client_id));
  for (const one of refused) log.error(one, 'a client cannot be used');
  const sources = new Map(all.map((one) => [one.client_id, one.source]));
  const ours = refused.filter(({ clientId }) => sources.get(clientId) === 'bootstrap');
  if (ours.length === 0) return;
  throw invalid(ours.map((one) => `client ${one.clientId}: ${one.problem}`).join('\n'));
}

const invalid = (problem: string) => new AppError('bootstrap.invalid', 422, { params: { problem } });
