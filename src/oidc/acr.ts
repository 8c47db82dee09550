/** The acr ladder: each value is met by itself and by all after it. */
export const ACR = {
  password: 'urn:gatehouse:acr:password',
  sso: 'urn:gatehouse:acr:sso',
  mfa: 'urn:gatehouse:acr:mfa',
  mfaApp: 'urn:gatehouse:acr:mfa-app',
  phishingResistant: 'phr',
} as const;

/** OpenID PAPE's multi-factor policy, accepted as an alias of `mfa`. */
export const PAPE_MULTI_FACTOR = 'http://schemas.openid.net/pape/policies/2007/06/multi-factor';

// A map, not an object: names come from outside, and objects answer to `valueOf`.
const HEIGHT: ReadonlyMap<string, number> = new Map([
  [ACR.password, 0],
  [ACR.sso, 0],
  [ACR.mfa, 1],
  [PAPE_MULTI_FACTOR, 1],
  [ACR.mfaApp, 2],
  [ACR.phishingResistant, 3],
]);

/** What the server announces as `acr_values_supported`. */
export const SUPPORTED_ACR: readonly string[] = [...HEIGHT.keys()];

export function acrHeight(acr: string | undefined): number {
  return acr === undefined ? -1 : (HEIGHT.get(acr) ?? -1);
}

/** SSO and password stand on one level, but neither stands in for the other. */
function meets(earned: string, requested: string): boolean {
  if (earned === requested) return true;
  return acrHeight(requested) > 0 ? acrHeight(earned) >= acrHeight(requested) : acrHeight(earned) > 0;
}

/** The first requested value, in the client's order, that `earned` meets. Values we don't support never count. */
export function metAcr(earned: string | undefined, requested: readonly string[]): string | undefined {
  if (earned === undefined) return undefined;
  return requested.find((value) => acrHeight(value) >= 0 && meets(earned, value));
}

/** The value a token carries: the requested one that was met, otherwise the highest earned (X23). */
export function acrForToken(earned: string | undefined, requested: readonly string[]): string | undefined {
  return metAcr(earned, requested) ?? earned;
}

/** The lowest rung that would satisfy the request; undefined when nothing we support was asked. */
export function lowestRequested(requested: readonly string[]): string | undefined {
  return requested.filter((value) => acrHeight(value) >= 0).sort((a, b) => acrHeight(a) - acrHeight(b))[0];
}
