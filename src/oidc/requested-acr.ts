import { acrForToken, acrHeight } from './acr.ts';
import type { OidcContext } from './library-gaps.ts';

/** The acr values a request asks for and that we support, in its order: acr_values, then the claims parameter. */
export function requestedAcr(oidc: Pick<OidcContext, 'params' | 'claims'>): string[] {
  const claim = oidc.claims?.id_token?.acr;
  const values = [
    ...(oidc.params?.['acr_values']?.split(' ') ?? []),
    ...(claim?.values ?? []),
    ...(claim?.value ? [claim.value] : []),
  ];
  return [...new Set(values)].filter((value) => acrHeight(value) >= 0);
}

/** True when the request names only values that nobody here can earn: then no log-in would help (X23). */
export function asksOnlyUnknownAcr(oidc: Pick<OidcContext, 'params' | 'claims'>): boolean {
  const claim = oidc.claims?.id_token?.acr;
  const essential = claim?.essential === true && (claim.value !== undefined || claim.values !== undefined);
  return essential && requestedAcr(oidc).length === 0;
}

/** Replaces the library's getter, which compares exactly and would loop for a session that is worth more. */
export function answerRequestedAcr(contextPrototype: object): void {
  Object.defineProperty(contextPrototype, 'acr', {
    configurable: true,
    get(this: OidcContext) {
      return acrForToken(this.session.acr, requestedAcr(this));
    },
  });
}
