import { UnsecuredJWT } from 'jose';
import { errors, type KoaContextWithOIDC, type Provider } from 'oidc-provider';
import type { Limiter } from '#http';
import type { Clock } from '#kernel';
import { oidcOf } from './library-gaps.ts';
import type { OpenRequests } from './open-requests.ts';
import type { RequestCopies, RequestCopy } from './request-copies.ts';

/** Each pushes a document: a dead page that is opened again and again must not fill the storage (X32). */
const PUSHES_PER_MINUTE = 10;

interface RestartsParts {
  copies: RequestCopies;
  openRequests: OpenRequests;
  clock: Clock;
  limiter: Pick<Limiter, 'count'>;
  provider(): Provider;
  /** Digest of the browser's own cookie. */
  browserOf(ctx: KoaContextWithOIDC): string;
}

/** Starting a request again from our copy of it, in the browser that made it (W4). */
export function createRestarts(parts: RestartsParts) {
  const { copies, openRequests, clock, limiter, provider, browserOf } = parts;

  async function path(
    uid: string,
    browser: string,
    changes?: Record<string, string>,
  ): Promise<string | undefined> {
    const copy = await copies.find(uid, browser);
    if (copy?.pushed) await limiter.count('restart', uid, PUSHES_PER_MINUTE);
    return copy && restartPath(copy, provider(), clock, changes);
  }

  return {
    /**
     * Path at which the same request starts again; `changes` may replace parameters (login_hint, prompt).
     * @throws AppError 'too-many-requests' (429) for a pushed request that starts again too often
     */
    path,

    /** Copies a request that needs the person, and resolves with the path of its pages. */
    async interactionUrl(ctx: KoaContextWithOIDC, interaction: { uid: string }): Promise<string> {
      const { uid } = interaction;
      const { params, parJti } = interaction as unknown as {
        params: Record<string, unknown>;
        parJti?: string;
      };
      const { clientId } = oidcOf(ctx).client;
      await copies.keep({ uid, browser: browserOf(ctx), clientId, params, pushed: parJti !== undefined });
      openRequests.note(ctx, uid);
      return `/interaction/${uid}`;
    },

    /** The same where the way back from an interaction found its request or session gone. */
    async pathAfterLostResume(ctx: KoaContextWithOIDC, error: Error): Promise<string | undefined> {
      if (!(error instanceof errors.SessionNotFound) || oidcOf(ctx).route !== 'resume') return undefined;
      return path(ctx.path.split('/').at(-1) ?? '', browserOf(ctx));
    },
  };
}

async function restartPath(
  copy: RequestCopy,
  provider: Provider,
  clock: Clock,
  changes: Record<string, string> = {},
): Promise<string> {
  const params = { ...copy.params, ...changes };
  if (copy.pushed)
    return `/auth?${new URLSearchParams(await pushAgain(copy.clientId, params, provider, clock))}`;
  const entries = Object.entries(params).flatMap(([name, value]): [string, string][] => {
    if (value === undefined || value === null) return [];
    if (Array.isArray(value)) return value.map((item) => [name, String(item)]);
    return [[name, String(value)]];
  });
  return `/auth?${new URLSearchParams(entries)}`;
}

async function pushAgain(
  clientId: string,
  params: Record<string, unknown>,
  provider: Provider,
  clock: Clock,
) {
  const now = Math.floor(clock.now() / 1000);
  const { request_uri: _used, claims, ...rest } = params;
  const request = new UnsecuredJWT({
    ...rest,
    ...(typeof claims === 'string' && { claims: JSON.parse(claims) }),
  })
    .setIssuedAt(now)
    .setIssuer(clientId)
    .setAudience(provider.issuer)
    .setExpirationTime(now + 60)
    .setNotBefore(now)
    .encode();
  const pushed = new provider.PushedAuthorizationRequest({ request } as never);
  const id = await pushed.save(60);
  return { client_id: clientId, request_uri: `urn:ietf:params:oauth:request_uri:${id}` };
}
