import { fileURLToPath } from 'node:url';
import { type Config, ensureSecretKeys } from '#config';
import { createTexts, type Texts } from '#i18n';
import {
  type Clock,
  createEventBus,
  createSecretBox,
  type EventBus,
  type Randomness,
  type SecretBox,
} from '#kernel';
import { createMetrics, type Metrics, type RequestLog } from '#ops';
import { type Brand, createRenderer, type Renderer } from '#rendering';
import { createStorage, type Engine, type Storage } from '#storage';
import { createSqliteEngine } from '../storage/sqlite/index.ts';

export const VIEWS_DIR = fileURLToPath(new URL('../../views', import.meta.url));
const LOCALES_DIR = fileURLToPath(new URL('../../config/locales', import.meta.url));

export interface Outside {
  clock: Clock;
  randomness: Randomness;
  log: RequestLog;
  /** Tests slow the storage down with it, or break it. */
  wrapEngine?(engine: Engine): Engine;
}

/** What every feature rests on: storage, sealing, events, texts. */
export interface Core extends Outside {
  config: Config;
  storage: Storage;
  secretBox: SecretBox;
  events: EventBus;
  texts: Texts;
  renderer: Renderer;
  /** Where METRICS_PORT is set. */
  metrics?: Metrics;
}

export async function createCore(config: Config, outside: Outside): Promise<Core> {
  const secretBox = createSecretBox(config.secretKeys ?? ensureSecretKeys(config.storage.dataDir));
  const engine = await createEngine(config, outside);
  const texts = createTexts({ localesDir: LOCALES_DIR, log: outside.log });
  return {
    ...outside,
    config,
    ...(config.server.metricsPort !== undefined && { metrics: await createMetrics() }),
    secretBox,
    events: createEventBus(),
    storage: createStorage(outside.wrapEngine?.(engine) ?? engine, { ...outside, secretBox }),
    texts,
    renderer: createRenderer({
      viewsDir: VIEWS_DIR,
      texts,
      brand: brandOf(config),
      statusPageUrl: config.statusPageUrl,
      supportEmail: config.supportEmail,
      supportUrl: config.supportUrl,
      supportPhone: config.supportPhone,
      log: outside.log,
    }),
  };
}

export function brandOf({ brand }: Config): Brand {
  return { name: brand.name, primaryColor: brand.color, ...(brand.logoUrl && { logoUrl: brand.logoUrl }) };
}

/** The drivers of MongoDB and Redis are loaded where they are needed: they cost a start 0.3 s and 50 MiB. */
async function createEngine({ storage }: Config, { clock, log }: Outside): Promise<Engine> {
  const { mongoUrl, redisUrl, dataDir, timeoutSeconds } = storage;
  if (!mongoUrl || !redisUrl) return createSqliteEngine({ dataDir, clock, log });
  // Installations that share a Redis stay apart as their databases do.
  const keyPrefix = `${new URL(mongoUrl).pathname.slice(1) || 'gatehouse'}:`;
  const { createMongoRedisEngine } = await import('../storage/mongo-redis/index.ts');
  const answerMs = timeoutSeconds * 1000;
  return createMongoRedisEngine({ mongoUrl, redisUrl, keyPrefix, clock, log, answerMs });
}
