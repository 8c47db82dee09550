import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import type { Agent, Response } from 'undici';
import { addressZone } from './public-address.ts';

export interface GuardedFetchConfig {
  /** https only, and public addresses only. */
  production: boolean;
  /** Host names (OUTBOUND_ALLOW) that may lead to any address. */
  outboundAllow: readonly string[];
  /** Default 5 000, from the first byte sent to the last one read. */
  timeoutMs?: number;
  /** Default 512 KiB, after decompression. */
  maxBytes?: number;
  /** Resolves names; the system's resolver by default. */
  resolve?: Resolve;
}

export type Resolve = (
  hostname: string,
  done: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

export interface GuardedRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
  signal?: AbortSignal;
}

export interface GuardedFetch {
  /**
   * One request, with its whole answer read within the bounds; an answer of any status but a redirect is returned.
   * @throws OutboundError
   */
  fetch(url: string | URL, request?: GuardedRequest): Promise<globalThis.Response>;
  close(): Promise<void>;
}

/** Why a request was refused or failed. Carries no part of the answer. */
export class OutboundError extends Error {
  readonly reason: 'protocol' | 'address' | 'redirect' | 'too-large' | 'timeout' | 'network';

  constructor(reason: OutboundError['reason'], cause?: unknown) {
    super(`outbound request failed: ${reason}`, cause === undefined ? undefined : { cause });
    this.name = 'OutboundError';
    this.reason = reason;
  }
}

const TIMEOUT_MS = 5_000;
const MAX_BYTES = 512 * 1024;

/** The one way to addresses that others configure: identity providers, webhooks, key sets (X10). */
export function createGuardedFetch(config: GuardedFetchConfig): GuardedFetch {
  const { timeoutMs = TIMEOUT_MS, maxBytes = MAX_BYTES } = config;
  let agent: Agent | undefined;

  async function send(url: URL, request: GuardedRequest, signal: AbortSignal) {
    const { method = 'GET', headers = {}, body = null } = request;
    // Loaded with the first request: 40 ms and 25 MiB that most starts never need.
    const undici = await import('undici');
    agent ??= new undici.Agent({ connect: { lookup: guardedLookup(config), timeout: timeoutMs } });
    const init = { method, headers, body, signal, redirect: 'manual' as const, dispatcher: agent };
    const answer = await undici.fetch(url, init);
    if (answer.status >= 300 && answer.status < 400) {
      await answer.body?.cancel();
      throw new OutboundError('redirect');
    }
    return detached(answer, await readUpTo(answer, maxBytes), undici.Response);
  }

  return {
    async fetch(input, request = {}) {
      const url = new URL(input);
      checkTarget(url, config);
      const timeout = AbortSignal.timeout(timeoutMs);
      const signal = request.signal ? AbortSignal.any([request.signal, timeout]) : timeout;
      try {
        return await send(url, request, signal);
      } catch (error) {
        throw asOutboundError(error, signal);
      }
    },
    close: async () => agent?.destroy(),
  };
}

function checkTarget(url: URL, config: GuardedFetchConfig): void {
  const allowed = config.production ? ['https:'] : ['https:', 'http:'];
  if (!allowed.includes(url.protocol) || url.username || url.password) throw new OutboundError('protocol');
  // A literal address is never looked up, so the lookup below would not see it.
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) && !mayReach(url.hostname, literal, config)) throw new OutboundError('address');
}

function mayReach(hostname: string, address: string, config: GuardedFetchConfig): boolean {
  const bare = hostname.toLowerCase().replace(/^\[|\]$/g, '');
  if (config.outboundAllow.some((host) => host.toLowerCase().replace(/^\[|\]$/g, '') === bare)) return true;
  const zone = addressZone(address);
  return zone === 'public' || (zone === 'local' && !config.production);
}

/** Checks the very addresses that the socket then uses, so that a second, different DNS answer changes nothing. */
function guardedLookup(config: GuardedFetchConfig): LookupFunction {
  const resolve = config.resolve ?? resolveBySystem;
  return (hostname, options, callback) => {
    resolve(hostname, (error, addresses) => {
      const first = addresses?.[0];
      if (error || !first) return callback(error ?? new Error('no address'), '');
      if (!addresses.every(({ address }) => mayReach(hostname, address, config)))
        return callback(new OutboundError('address'), '');
      if (options.all) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };
}

const resolveBySystem: Resolve = (hostname, done) => dnsLookup(hostname, { all: true }, done);

async function readUpTo(answer: Response, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new OutboundError('too-large');
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

/** The same answer on bytes already read; they are no longer compressed. */
function detached(
  answer: Response,
  bytes: Uint8Array<ArrayBuffer>,
  Answer: typeof Response,
): globalThis.Response {
  const headers = [...answer.headers].filter(([name]) => !/^content-(encoding|length)$/.test(name));
  const bodiless = [204, 205].includes(answer.status);
  return new Answer(bodiless ? null : bytes, { status: answer.status, headers }) as globalThis.Response;
}

function asOutboundError(error: unknown, signal: AbortSignal): OutboundError {
  for (let inner = error; inner instanceof Error; inner = inner.cause)
    if (inner instanceof OutboundError) return inner;
  return new OutboundError(signal.aborted ? 'timeout' : 'network', error);
}
