import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Audit } from '#audit';
import type { Messages } from '#delivery';
import { DEFAULT_LOCALE } from '#i18n';
import type { Clock } from '#kernel';
import { formatInstant } from '#rendering';
import type { BackChannel } from './back-channel.ts';
import type { Directory } from './directory.ts';
import { type OidcContext, oidcOf } from './library-gaps.ts';

export interface RefreshReuseParts {
  directory: Directory;
  messages: Pick<Messages, 'send'>;
  audit: Pick<Audit, 'record'>;
  clock: Clock;
}

interface ReusedToken {
  accountId: string;
  grantId: string;
  sid?: string;
}

/** A rotated refresh token that comes back after its grace was stolen, or its client is broken: the person is told (W16, X18). */
export function tellOfRefreshReuse(parts: RefreshReuseParts & { backChannel: Pick<BackChannel, 'enqueue'> }) {
  const reused = new WeakSet<OidcContext>();

  return {
    /** The library and our adapter revoke grants of a token request only on reuse. */
    watch(provider: Provider): void {
      provider.on('grant.revoked', (ctx: KoaContextWithOIDC) => {
        const oidc = oidcOf(ctx);
        if (oidc.route === 'token' && oidc.params['grant_type'] === 'refresh_token') reused.add(oidc);
      });
    },

    async around(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
      await next();
      const oidc = oidcOf(ctx);
      if (!oidc || !reused.has(oidc)) return;
      await tell(oidc, oidc.entities['RefreshToken'] as ReusedToken, parts);
    },
  };
}

async function tell(
  { client }: OidcContext,
  { accountId, grantId, sid }: ReusedToken,
  { directory, messages, audit, clock, backChannel }: Parameters<typeof tellOfRefreshReuse>[0],
): Promise<void> {
  const { clientId, clientName = clientId } = client;
  await audit.record({ type: 'refresh-token.reused', actor: 'system', accountId, clientId });
  await backChannel.enqueue({ clientId, sub: accountId, sid }, `grant:${grantId}`);
  const account = await directory.accounts.byId(accountId);
  if (!account) return;
  const locale = account.locale ?? DEFAULT_LOCALE;
  await messages.send({
    id: `refresh-reuse:${grantId}`,
    kind: 'session-revoked',
    to: account.email,
    locale,
    data: { name: account.name, at: formatInstant(clock.now(), locale, account.timeZone), clientName },
  });
}
