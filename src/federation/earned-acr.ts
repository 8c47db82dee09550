import type { Connection, UpstreamIdentity } from './connection.ts';

const LADDER = ['urn:gatehouse:acr:mfa', 'urn:gatehouse:acr:mfa-app', 'phr'] as const;

export type SsoAcr = 'urn:gatehouse:acr:sso' | (typeof LADDER)[number];

/** What a sign-in is worth here: no more than the connection's own mapping says of the upstream `acr` and `amr` (W18). */
export function earnedAcr(identity: UpstreamIdentity, connection: Connection): SsoAcr {
  const said = [identity.acr, ...identity.amr].filter((value) => value !== undefined);
  const earned = said
    .filter((value) => Object.hasOwn(connection.acrMapping, value))
    .map((value) => LADDER.indexOf(connection.acrMapping[value] ?? LADDER[0]));
  return LADDER[Math.max(-1, ...earned)] ?? 'urn:gatehouse:acr:sso';
}
