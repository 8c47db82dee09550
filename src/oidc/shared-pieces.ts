import type { Provider } from 'oidc-provider';
import { createBackChannel } from './back-channel.ts';
import { createClientObjects } from './client-objects.ts';
import { cookieNames } from './configuration.ts';
import { createConsents } from './consents.ts';
import { createIssuedTogether } from './issued-together.ts';
import { declareModels } from './model-store.ts';
import { createOpenRequests } from './open-requests.ts';
import { createPages } from './pages.ts';
import { readOncePerRequest } from './read-once.ts';
import { createRequestCopies } from './request-copies.ts';
import { createRestarts } from './restarts.ts';
import type { AuthorizationServerParts } from './server-parts.ts';

export type SharedPieces = ReturnType<typeof createSharedPieces>;

/** What outlives a change of keys, shared by the server and each of its providers. Declares the collections. */
export function createSharedPieces(parts: AuthorizationServerParts, provider: () => Provider) {
  const { storage, clock, limiter, browserOf } = parts;
  const secureCookies = parts.issuer.startsWith('https:');
  const names = cookieNames(secureCookies);
  const models = declareModels(storage);
  const copies = createRequestCopies({ storage, clock });
  const openRequests = createOpenRequests({ names, secure: secureCookies });
  return {
    directory: readOncePerRequest(parts.directory),
    clientObjects: createClientObjects((id) => parts.clients.byId(id)),
    models,
    copies,
    consents: createConsents({ storage, clock }),
    pages: createPages(parts),
    issued: createIssuedTogether(),
    restarts: createRestarts({ copies, openRequests, clock, limiter, provider, browserOf }),
    backChannel: createBackChannel({ models, queue: parts.queue, provider }),
    secureCookies,
    sessionCookie: names.session,
  };
}
