import { createHmac } from 'node:crypto';
import { Provider } from 'oidc-provider';
import { type OidcContext, oidcOf } from './library-gaps.ts';

interface RefreshTokenLike {
  jti?: string;
  scope?: string;
  kind: string;
}

/**
 * Within the grace the same successor comes back, so that parallel refreshes of one client don't log people out (W16):
 * the successor's value is an HMAC of its predecessor's, and the adapter hides `consumed` meanwhile.
 */
export function returnSameSuccessor(provider: Provider, key: string): void {
  const model = provider.RefreshToken as unknown as {
    prototype: RefreshTokenLike & { generateTokenId(): string };
    find(value: string, options?: object): Promise<RefreshTokenLike | undefined>;
  };
  const firstTokenId = model.prototype.generateTokenId;
  model.prototype.generateTokenId = function generateTokenId(this: RefreshTokenLike) {
    const predecessor = currentOidc()?.entities['RotatedRefreshToken'] as RefreshTokenLike | undefined;
    if (!predecessor?.jti) return firstTokenId.call(this);
    return createHmac('sha256', key).update(`refresh-successor:${predecessor.jti}`).digest('base64url');
  };

  const find = model.find.bind(model);
  model.find = async (value, options) => {
    const token = await find(value, options);
    const oidc = currentOidc();
    if (token && oidc) ignoreDroppedOfflineAccess(oidc, token);
    return token;
  };
}

/** Some relying parties send their whole configured scope again; what was never granted is left out, not refused. */
function ignoreDroppedOfflineAccess(oidc: OidcContext, token: RefreshTokenLike): void {
  const asked = oidc.params?.['scope'];
  if (oidc.route !== 'token' || !asked || token.scope?.split(' ').includes('offline_access')) return;
  oidc.params['scope'] = asked
    .split(' ')
    .filter((scope) => scope !== 'offline_access')
    .join(' ');
}

function currentOidc(): OidcContext | undefined {
  const ctx = Provider.ctx;
  return ctx?.oidc ? oidcOf(ctx) : undefined;
}
