import { errors, type KoaContextWithOIDC } from 'oidc-provider';

/** Far above what relying parties send, a `claims` parameter included. */
const MAX_CHARACTERS = 8_192;

/**
 * What anybody may have us store is bounded, however it comes: query, form or pushed (RFC 9126). The library asks after
 * its own checks and before it stores anything.
 * @throws InvalidRequest that is shown here: the way back would carry the same length
 */
export async function refuseLongRequest(ctx: KoaContextWithOIDC): Promise<void> {
  if (JSON.stringify(ctx.oidc.params).length <= MAX_CHARACTERS) return;
  const error = new errors.InvalidRequest('the parameters are too long');
  error.allow_redirect = false;
  throw error;
}
