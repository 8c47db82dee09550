import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Endpoint, Mode } from './mode.ts';

export interface Upstream {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Replaces the mode; `{}` behaves well again. */
  control(mode: Mode): Promise<void>;
  /** Requests so far. */
  counts(): Promise<Partial<Record<Endpoint, number>>>;
  /** Fills in the provider's form for the person: from the authorization URL to where the browser is sent back. */
  signIn(authorizationUrl: string, email: string): Promise<URL>;
  stop(): Promise<void>;
}

export interface UpstreamOptions {
  /** localhost by default; give two servers of one test two names, as cookies ignore ports. */
  host?: 'localhost' | '127.0.0.1';
  clientId?: string;
  clientSecret?: string;
}

/** Starts the test identity provider as a process of its own. */
export async function startUpstream(options: UpstreamOptions = {}): Promise<Upstream> {
  const { host = 'localhost', clientId = 'gatehouse', clientSecret = 'upstream secret: 100%' } = options;
  const child = spawn(process.execPath, [fileURLToPath(new URL('./server.ts', import.meta.url))], {
    env: {
      ...process.env,
      UPSTREAM_HOST: host,
      UPSTREAM_CLIENT_ID: clientId,
      UPSTREAM_CLIENT_SECRET: clientSecret,
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { issuer } = JSON.parse(line) as { issuer: string };

  return {
    issuer,
    clientId,
    clientSecret,
    async control(mode) {
      await fetch(`${issuer}/control`, { method: 'POST', body: JSON.stringify(mode) });
    },
    counts: async () =>
      (await fetch(`${issuer}/counts`)).json() as Promise<Partial<Record<Endpoint, number>>>,
    async signIn(authorizationUrl, email) {
      const request = new URL(authorizationUrl).search.slice(1);
      const body = new URLSearchParams({ request, email });
      const answer = await fetch(`${issuer}/sign-in`, { method: 'POST', body, redirect: 'manual' });
      return new URL(answer.headers.get('location') ?? '');
    },
    async stop() {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}
