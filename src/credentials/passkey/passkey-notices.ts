import type { Acting } from '#audit';
import type { Emission } from '#storage';
import { auditOf, instantFor, mailTo } from '../notices.ts';
import type { PasskeysParts } from './passkey-parts.ts';
import type { StoredPasskey } from './passkey-store.ts';

/** The record of a passkey that came or went, and a mail to the person. */
export async function passkeyNotices(
  { accounts, messages, audit, clock }: PasskeysParts,
  { accountId, name }: Pick<StoredPasskey, 'accountId' | 'name'>,
  acting: Acting,
  kind: 'passkey-added' | 'passkey-removed',
): Promise<Emission[]> {
  const type = kind === 'passkey-added' ? 'passkey.added' : 'passkey.removed';
  const event = audit.emission(auditOf(type, accountId, acting, { name }));
  const account = await accounts.byId(accountId);
  if (!account) return [event];
  const data = { name: account.name, at: instantFor(account, clock.now()), passkey: name };
  return [event, messages.emission(mailTo(account, kind, data))];
}
