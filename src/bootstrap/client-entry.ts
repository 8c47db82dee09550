import { z } from 'zod';
import type { Secret } from './secret-source.ts';

const text = z.string().min(1);
const texts = z.array(text);

/** RFC 7591 and OpenID Connect Registration 1.0 names, and ours; what they may say is checked by `checkClient`. */
export function clientEntrySchema(secret: Secret) {
  return z.strictObject({
    client_id: text.max(200),
    client_secret: secret.optional(),
    client_name: text.optional(),
    first_party: z.boolean().default(false),
    payments: z.boolean().default(false),
    enabled: z.boolean().default(true),
    redirect_uris: texts.default([]),
    grant_types: texts.optional(),
    response_types: texts.optional(),
    scope: text.optional(),
    application_type: z.enum(['web', 'native']).optional(),
    token_endpoint_auth_method: text.optional(),
    token_endpoint_auth_signing_alg: text.optional(),
    contacts: texts.optional(),
    client_uri: text.optional(),
    logo_uri: text.optional(),
    policy_uri: text.optional(),
    tos_uri: text.optional(),
    jwks: z.looseObject({ keys: z.array(z.record(z.string(), z.unknown())) }).optional(),
    jwks_uri: text.optional(),
    post_logout_redirect_uris: texts.optional(),
    backchannel_logout_uri: text.optional(),
    backchannel_logout_session_required: z.boolean().optional(),
    initiate_login_uri: text.optional(),
    subject_type: z.enum(['public', 'pairwise']).optional(),
    sector_identifier_uri: text.optional(),
    default_max_age: z.int().min(0).optional(),
    default_acr_values: texts.optional(),
    require_auth_time: z.boolean().optional(),
    id_token_signed_response_alg: text.optional(),
    require_pushed_authorization_requests: z.boolean().optional(),
  });
}
