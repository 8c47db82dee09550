import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Log } from '#kernel';
import { oidcOf } from './library-gaps.ts';

/** Requests of programs: what refuses a browser is shown on its page. */
const REFUSALS = [
  'grant.error',
  'introspection.error',
  'revocation.error',
  'pushed_authorization_request.error',
];

interface Refusal extends Error {
  error?: string;
  error_description?: string;
  /** The library's own reason, which the answer leaves out. */
  error_detail?: string;
}

/**
 * One line for each refused request at the token endpoint and its neighbours: the answer tells a stranger less than
 * the operator has to know. No value of the request but its client's id (X39).
 */
export function logRefusedRequests(
  provider: Provider,
  { log, correlationId }: { log: Log; correlationId(ctx: KoaContextWithOIDC): string },
): void {
  const tell = (ctx: KoaContextWithOIDC, refusal: Refusal) => {
    const { client, route, params } = oidcOf(ctx);
    log.info(
      {
        correlationId: correlationId(ctx),
        // Absent where no registered client was named.
        clientId: client?.clientId,
        endpoint: route,
        grantType: knownGrantType(params?.['grant_type']),
        error: refusal.error,
        reason: refusal.error_detail ?? refusal.error_description,
      },
      'a request of a client was refused',
    );
  };
  for (const event of REFUSALS) provider.on(event as never, tell as never);
}

const GRANT_TYPES = ['authorization_code', 'refresh_token', 'client_credentials'];
const knownGrantType = (named: string | undefined) => GRANT_TYPES.find((one) => one === named);
