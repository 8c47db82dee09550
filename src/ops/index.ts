/**
 * ops: what operators watch: log lines with their correlation id, and metrics.
 * Owns formats, redaction and the metrics port.
 * Leaves what is worth telling to the features, and health checks to http.
 */
export { createLogger, type RequestLog } from './logger.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export { type MetricsServer, serveMetrics } from './serve-metrics.ts';
export { readWorkerMetrics } from './worker-metrics.ts';
