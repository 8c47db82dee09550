import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { createHttpApp, createLimiter, type HttpApp, type HttpAppOptions, type Route } from '#http';
import { createTexts } from '#i18n';
import { type Clock, createSecretBox, silentLog, systemClock } from '#kernel';
import { createLogger } from '#ops';
import { createAssets, createRenderer } from '#rendering';
import { createStorage, type Storage } from '#storage';
import { createSqliteEngine } from '../../src/storage/sqlite/index.ts';

interface Settings {
  issuer?: string;
  clock?: Clock;
  secretKeys?: string[];
  trustedProxies?: string[];
  requestTimeoutSeconds?: number;
  production?: boolean;
  /** Adds what is not a route of ours. */
  extend?: (http: HttpApp) => void;
  options?: Partial<HttpAppOptions>;
}

export interface WebServer {
  http: HttpApp;
  server: Server;
  /** `http://127.0.0.1:port`: where it listens, whatever its issuer. */
  url: string;
  issuer: string;
  storage: Storage;
  logLines(): string;
  close(): Promise<void>;
}

/** Starts servers that end with the test; to be called in a `describe`. */
export function webServersOfTests(): typeof startWebServer {
  const started: WebServer[] = [];
  afterEach(() => Promise.all(started.splice(0).map((server) => server.close())));
  return async (...args) => {
    const server = await startWebServer(...args);
    started.push(server);
    return server;
  };
}

/** A storage in memory that knows no collections yet. */
export function memoryStorage(clock: Clock, secretKeys = ['s'.repeat(32)]): Storage {
  const engine = createSqliteEngine({ dataDir: ':memory:', clock, log: silentLog });
  return createStorage(engine, { clock, secretBox: createSecretBox(secretKeys), log: silentLog });
}

/** The real web server on a free port, with real views, texts and storage, and nothing but the given routes. */
export async function startWebServer(routes: readonly Route[], settings: Settings = {}): Promise<WebServer> {
  const { clock = systemClock, secretKeys = ['s'.repeat(32)], trustedProxies = [] } = settings;
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer = settings.issuer ?? url;
  const brand = { name: 'Gatehouse', primaryColor: '#1d4ed8' };
  const texts = createTexts({ localesDir: 'config/locales', strict: true });
  const storage = memoryStorage(clock, secretKeys);
  let logged = '';
  const destination = new Writable({
    write(chunk, _encoding, done) {
      logged += chunk;
      done();
    },
  });
  const http = createHttpApp({
    config: {
      production: settings.production ?? false,
      server: { issuer, trustedProxies, requestTimeoutSeconds: settings.requestTimeoutSeconds ?? 30 },
    },
    log: createLogger({ level: 'debug', destination }),
    renderer: createRenderer({ viewsDir: 'views', texts, brand, log: silentLog }),
    texts,
    assets: createAssets({ brand, viewsDir: 'views' }),
    clock,
    secretBox: createSecretBox(secretKeys),
    limiter: createLimiter({ storage, clock }),
    check: () => storage.check(),
    ...settings.options,
  });
  await storage.open();
  http.mountRoutes(routes);
  settings.extend?.(http);
  server.on('request', http.app.callback());
  return {
    http,
    server,
    url,
    issuer,
    storage,
    logLines: () => logged,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await storage.close();
    },
  };
}
