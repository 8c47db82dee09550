import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Audit } from '#audit';
import type { Clients, Resources } from '#clients';
import type { Messages, Queue } from '#delivery';
import type { Limiter, Middleware } from '#http';
import type { Clock, EventBus, Log, Randomness, RequestOrigin, SecretBox } from '#kernel';
import type { Renderer } from '#rendering';
import type { Storage } from '#storage';
import type { Directory } from './directory.ts';

export interface AuthorizationServerParts {
  issuer: string;
  storage: Storage;
  limiter: Pick<Limiter, 'count'>;
  clock: Clock;
  randomness: Randomness;
  secretBox: SecretBox;
  events: EventBus;
  log: Log;
  renderer: Renderer;
  directory: Directory;
  clients: Pick<Clients, 'byId'>;
  resources: Pick<Resources, 'byIndicator'>;
  queue: Pick<Queue, 'enqueue' | 'handle'>;
  messages: Pick<Messages, 'send'>;
  audit: Pick<Audit, 'record'>;
  fetch(url: string, options: object): Promise<Response>;
  termsVersion: string | undefined;
  sessionHours: number;
  /** What a request passes before the library sees it. */
  before: readonly Middleware[];
  /** Digest of the browser's own cookie; sets one when there is none. */
  browserOf(ctx: KoaContextWithOIDC): string;
  chosenLanguage(ctx: KoaContextWithOIDC): string | undefined;
  correlationId(ctx: KoaContextWithOIDC): string;
  originOf(ctx: KoaContextWithOIDC): RequestOrigin;
}
