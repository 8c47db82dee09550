import type { Account } from '#accounts';
import type { Acting } from '#audit';
import type { Clock } from '#kernel';
import type { DeadLink, ResetLinks } from '../credentials.ts';
import type { PasswordStore } from '../password/password-store.ts';
import type { SetPassword } from '../password/set-password.ts';
import type { CredentialAccounts, SsoRouting } from '../ports.ts';
import type { ResetLinkStore, StoredResetLink } from './reset-link-store.ts';

export interface RedeemResetParts {
  links: ResetLinkStore;
  passwords: PasswordStore;
  setPassword: SetPassword;
  accounts: Pick<CredentialAccounts, 'byId' | 'proveAddress'>;
  ssoRouting: SsoRouting;
  clock: Clock;
  forgetFactors(accountId: string, acting: Acting): Promise<void>;
}

type Redeemable = { outcome: 'valid'; link: StoredResetLink; account: Account };

export function createRedeemReset(parts: RedeemResetParts): Pick<ResetLinks, 'inspect' | 'complete'> {
  const { links, passwords, setPassword, accounts, ssoRouting, clock } = parts;

  async function look(token: string): Promise<Redeemable | DeadLink> {
    const link = await links.byToken(token);
    if (!link) return { outcome: 'unknown' };
    if (link.usedAt !== undefined) return { outcome: 'used' };
    const account = await accounts.byId(link.id);
    if (clock.now() >= link.validUntil || account?.status !== 'active') return { outcome: 'expired' };
    if (account.emailNormalized !== link.address) return { outcome: 'expired' };
    // The domain may have been targeted since the mail went out (W3).
    if (await ssoRouting.isSsoTargeted(account.emailNormalized)) return { outcome: 'sso' };
    const version = (await passwords.get(account.id))?.version ?? 0;
    return version === link.passwordVersion ? { outcome: 'valid', link, account } : { outcome: 'expired' };
  }

  return {
    async inspect(token) {
      const found = await look(token);
      if (found.outcome !== 'valid') return found;
      return { outcome: 'valid', account: found.account, ...resumeOf(found.link) };
    },

    /** The rules come first, then the link is spent, then the password set: a crash in between costs a new link only. */
    async complete(token, password, minLength, origin) {
      const found = await look(token);
      if (found.outcome !== 'valid') return found;
      const { link, account } = found;
      const ready = await setPassword.prepare(account.id, password, { minLength });
      if (ready.outcome === 'refused') return ready;
      if (ready.formerVersion !== link.passwordVersion) return { outcome: 'expired' };
      if (!(await links.spend(link, clock.now()))) return { outcome: 'used' };
      const acting = { actor: account.id, ...(origin && { origin }) };
      // The mail was answered: what somebody else prepared on an address that nobody had proven dies (X4).
      if (!account.emailVerified) await parts.forgetFactors(account.id, acting);
      const done = await setPassword.commit(account, ready, { reason: 'reset', ...acting });
      if (done.outcome !== 'set') return { outcome: 'expired' };
      // Last, when nobody else is signed in any more: after a crash before it the next proof does all of it again.
      await accounts.proveAddress(account.id);
      return { outcome: 'done', ...resumeOf(link) };
    },
  };
}

function resumeOf({ resume }: StoredResetLink): { resume?: string } {
  return resume === undefined ? {} : { resume };
}
