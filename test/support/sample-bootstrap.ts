import { readFileSync } from 'node:fs';

const TEXT = readFileSync(new URL('./sample-bootstrap.yaml', import.meta.url), 'utf8');

/** The companies, people and clients of the journeys, with the addresses of this run put in. */
export function sampleBootstrap(addresses: { idpIssuer?: string; rpOrigin?: string } = {}): string {
  const { idpIssuer = 'http://localhost:9/idp', rpOrigin = 'http://localhost:9' } = addresses;
  return TEXT.replaceAll(' IDP_ISSUER\n', ` ${idpIssuer}\n`).replaceAll('RP_ORIGIN', rpOrigin);
}
