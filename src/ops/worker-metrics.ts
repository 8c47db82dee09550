import type { Metrics } from './metrics.ts';

/**
 * In the primary: the metrics of all its workers in one, added up or as each metric says.
 * `text` rejects while a worker does not answer.
 */
export async function readWorkerMetrics(): Promise<Pick<Metrics, 'contentType' | 'text'>> {
  const { AggregatorRegistry } = await import('prom-client');
  const registry = new AggregatorRegistry();
  return { contentType: registry.contentType, text: () => registry.clusterMetrics() };
}
