import type { Provider } from 'oidc-provider';

/** In front of opaque tokens: whoever asks about one (introspection, revocation) needs to look in one place, and scanners know them. */
const PREFIXES: Readonly<Record<string, string>> = {
  AccessToken: 'gh_at_',
  RefreshToken: 'gh_rt_',
  ClientCredentials: 'gh_cc_',
};
const LENGTH = 6;
const KINDS = new Map(Object.entries(PREFIXES).map(([model, prefix]) => [prefix, model]));

interface TokenModel {
  prototype: { generateTokenId(): string };
}

/** Makes the library's opaque tokens carry their kind. */
export function carryKind(provider: Provider): void {
  for (const [name, prefix] of Object.entries(PREFIXES)) {
    const { prototype } = provider[name as 'AccessToken'] as unknown as TokenModel;
    const make = prototype.generateTokenId;
    prototype.generateTokenId = function generateTokenId(
      this: TokenModel['prototype'] & { resourceServer?: { accessTokenFormat?: string } },
    ) {
      const id = make.call(this);
      return this.resourceServer?.accessTokenFormat === 'jwt' ? id : prefix + id;
    };
  }
}

/** True for the token of another model. Tokens without a kind may be any model's. */
export function isOfOtherKind(model: string, token: string): boolean {
  const kind = KINDS.get(token.slice(0, LENGTH));
  return kind !== undefined && kind !== model && PREFIXES[model] !== undefined;
}
