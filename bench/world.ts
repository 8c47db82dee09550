import { REDIRECT_URI } from '../test/support/authorization-request.ts';

export const PASSWORD = 'Correct-Horse-7';
export const ES256_API = 'https://es256.example/';
export const RS256_API = 'https://rs256.example/';

/** More people than workers: several log-ins of one account at a time are not the usual case. */
const PEOPLE = 24;

export interface BenchClient {
  client_id: string;
  client_secret: string;
  client_name: string;
  redirect_uris: string[];
  grant_types: string[];
  first_party: boolean;
}

/** What every target serves: for Gatehouse a bootstrap file, and the bare library reads the same one. */
export interface BenchWorld {
  companies: { id: string; name: string; settings?: object }[];
  accounts: {
    email: string;
    name: string;
    /** Absent: nobody logs in with a password. */
    passwordHash?: string;
    memberships: { company: string; loginName?: string }[];
    acceptedTerms: boolean;
  }[];
  clients: BenchClient[];
  resources: { indicator: string; scopes: string[]; signingAlg: 'ES256' | 'RS256' }[];
}

export const emailOf = (person: number) => `person${person % PEOPLE}@bench.example`;

/** `passwordHash`: of PASSWORD, encoded; everybody has the same. */
export function benchWorld(passwordHash: string): BenchWorld {
  return {
    companies: [{ id: 'bench', name: 'Bench Builders' }],
    accounts: Array.from({ length: PEOPLE }, (_, person) => ({
      email: emailOf(person),
      name: `Person ${person}`,
      passwordHash,
      memberships: [{ company: 'bench' }],
      acceptedTerms: true,
    })),
    clients: [
      client('portal', ['authorization_code', 'refresh_token'], [REDIRECT_URI]),
      client('machine', ['client_credentials'], []),
    ],
    resources: [
      { indicator: ES256_API, scopes: ['read'], signingAlg: 'ES256' },
      { indicator: RS256_API, scopes: ['read'], signingAlg: 'RS256' },
    ],
  };
}

function client(id: string, grants: string[], redirectUris: string[]): BenchClient {
  return {
    client_id: id,
    client_secret: `${id}-secret-of-the-bench`,
    client_name: id,
    redirect_uris: redirectUris,
    grant_types: grants,
    first_party: true,
  };
}
