import type { Client, Resource } from './client.ts';
import { redirectUriProblem, webAddressProblem } from './redirect-uri.ts';

export interface ClientProblem {
  /** Path in the metadata, such as `redirect_uris.0`. */
  field: string;
  problem: string;
}

/** RFC 7591 metadata, with or without our own additions. */
export type ClientMetadata = Partial<Client> & Readonly<Record<string, unknown>>;

export interface CheckOptions {
  issuer: string;
  production: boolean;
}

const GRANT_TYPES = new Set(['authorization_code', 'refresh_token', 'client_credentials']);
/** RFC 9700 2.1.2: nothing but the code through the browser's address. */
const RESPONSE_TYPES = new Set(['code']);
const SECRET_METHODS = new Set(['client_secret_basic', 'client_secret_post']);
const AUTH_METHODS = new Set([...SECRET_METHODS, 'private_key_jwt', 'none']);
/** Metadata of features that this server doesn't have: saved in silence, it would promise a protection that isn't there. */
const NOT_OFFERED = [
  'authorization_encrypted_response_alg',
  'authorization_encrypted_response_enc',
  'authorization_signed_response_alg',
  'dpop_bound_access_tokens',
  'id_token_encrypted_response_alg',
  'id_token_encrypted_response_enc',
  'introspection_encrypted_response_alg',
  'introspection_encrypted_response_enc',
  'introspection_signed_response_alg',
  'request_object_encryption_alg',
  'request_object_encryption_enc',
  'request_object_signing_alg',
  'require_signed_request_object',
  'tls_client_auth_san_dns',
  'tls_client_auth_san_email',
  'tls_client_auth_san_ip',
  'tls_client_auth_san_uri',
  'tls_client_auth_subject_dn',
  'tls_client_certificate_bound_access_tokens',
  'userinfo_encrypted_response_alg',
  'userinfo_encrypted_response_enc',
  'userinfo_signed_response_alg',
];
const ADDRESSES = [
  'client_uri',
  'logo_uri',
  'policy_uri',
  'tos_uri',
  'jwks_uri',
  'initiate_login_uri',
  'sector_identifier_uri',
  'backchannel_logout_uri',
];

/** Everything that is wrong with a client's metadata at once; empty when it may be saved (X16, X22). */
export function checkClient(metadata: ClientMetadata, options: CheckOptions): ClientProblem[] {
  return [
    ...redirectProblems(metadata, options),
    ...flowProblems(metadata),
    ...notOffered(metadata),
    ...authenticationProblems(metadata),
    ...addressProblems(metadata, options),
  ];
}

/** RFC 8707 2: an absolute URI without fragment. */
export function checkResource(resource: Pick<Resource, 'indicator'>): ClientProblem[] {
  const { indicator } = resource;
  const good = URL.canParse(indicator) && !indicator.includes('#') && !/\s/.test(indicator);
  return good ? [] : [{ field: 'indicator', problem: 'must be an absolute URI without fragment' }];
}

function redirectProblems(metadata: ClientMetadata, { issuer }: CheckOptions): ClientProblem[] {
  const native = metadata['application_type'] === 'native';
  const problems: ClientProblem[] = [];
  for (const list of ['redirect_uris', 'post_logout_redirect_uris']) {
    for (const [index, uri] of texts(metadata[list]).entries()) {
      const problem = redirectUriProblem(uri, { native }) ?? ownOriginProblem(uri, issuer, metadata);
      if (problem) problems.push({ field: `${list}.${index}`, problem });
    }
  }
  const redirects = grantTypes(metadata).includes('authorization_code');
  if (redirects && texts(metadata.redirect_uris).length === 0)
    problems.push({ field: 'redirect_uris', problem: 'at least one is needed for this grant type' });
  return problems;
}

/** Developers' clients never return to our own pages: only built-in and operators' clients live there. */
function ownOriginProblem(uri: string, issuer: string, { source }: ClientMetadata): string | undefined {
  if (source !== 'developer') return undefined;
  return URL.parse(uri)?.origin === new URL(issuer).origin
    ? 'must not lie on the authorization server'
    : undefined;
}

function flowProblems(metadata: ClientMetadata): ClientProblem[] {
  const grants = grantTypes(metadata);
  const responses = texts(metadata['response_types']);
  const problems = [
    ...unknown('grant_types', grants, GRANT_TYPES),
    ...unknown('response_types', responses, RESPONSE_TYPES),
  ];
  if (responses.includes('code') && !grants.includes('authorization_code'))
    problems.push({
      field: 'grant_types',
      problem: 'must contain authorization_code for the response type code',
    });
  return problems;
}

function notOffered(metadata: ClientMetadata): ClientProblem[] {
  return NOT_OFFERED.filter((field) => metadata[field] !== undefined && metadata[field] !== false).map(
    (field) => ({ field, problem: 'is not offered by this server' }),
  );
}

function authenticationProblems(metadata: ClientMetadata): ClientProblem[] {
  const method = metadata['token_endpoint_auth_method'];
  if (method === undefined) {
    return metadata.client_secret === undefined ? publicClientProblems(metadata) : [];
  }
  const field = 'token_endpoint_auth_method';
  if (typeof method !== 'string' || !AUTH_METHODS.has(method))
    return [{ field, problem: 'is not supported' }];
  if (SECRET_METHODS.has(method) && !metadata.client_secret)
    return [{ field: 'client_secret', problem: `is needed for ${method}` }];
  if (method === 'private_key_jwt' && !metadata['jwks'] && !metadata['jwks_uri'])
    return [{ field: 'jwks', problem: 'jwks or jwks_uri is needed for private_key_jwt' }];
  return method === 'none' ? publicClientProblems(metadata) : [];
}

function publicClientProblems(metadata: ClientMetadata): ClientProblem[] {
  if (!grantTypes(metadata).includes('client_credentials')) return [];
  return [{ field: 'client_secret', problem: 'client_credentials is for clients that authenticate' }];
}

function addressProblems(metadata: ClientMetadata, options: CheckOptions): ClientProblem[] {
  const problems: ClientProblem[] = [];
  for (const field of ADDRESSES) {
    const value = metadata[field];
    if (value === undefined) continue;
    const problem = typeof value === 'string' ? webAddressProblem(value, options) : 'must be a text';
    if (problem) problems.push({ field, problem });
  }
  const keys = (metadata['jwks'] as { keys?: readonly Record<string, unknown>[] } | undefined)?.keys ?? [];
  if (keys.some((key) => 'd' in key || 'k' in key))
    problems.push({ field: 'jwks', problem: 'must contain public keys only' });
  return problems;
}

/** RFC 7591 2: authorization_code when absent. */
function grantTypes(metadata: ClientMetadata): readonly string[] {
  return metadata.grant_types ?? ['authorization_code'];
}

function unknown(field: string, values: readonly string[], known: ReadonlySet<string>): ClientProblem[] {
  return values.flatMap((value, index) =>
    known.has(value)
      ? []
      : [{ field: `${field}.${index}`, problem: `${value.slice(0, 60)} is not supported` }],
  );
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
