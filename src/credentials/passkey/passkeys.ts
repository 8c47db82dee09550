import { auditOf } from '../notices.ts';
import { createAddPasskey } from './add-passkey.ts';
import { createCheckAssertion } from './check-assertion.ts';
import { kindOf, type Passkeys, type PasskeyView } from './passkey-factor.ts';
import { passkeyNotices } from './passkey-notices.ts';
import { creationJson, requestJson } from './passkey-options.ts';
import { handleOf, type PasskeySite, type PasskeysParts, siteOf } from './passkey-parts.ts';
import type { StoredPasskey } from './passkey-store.ts';

export function createPasskeys(parts: PasskeysParts): Passkeys {
  const site = siteOf(parts);
  const check = createCheckAssertion(parts, site);
  return {
    available: site.available,
    ...createOptions(parts, site),
    ...createPasskeyList(parts),
    add: createAddPasskey(parts, site),
    verify: (accountId, answer, { binding, origin }) =>
      check(answer, { purpose: 'verify', binding, accountId }, { origin }),
    signIn: (answer, { binding, origin }) => check(answer, { purpose: 'sign-in', binding }, { origin }),
  };
}

/** What browsers are asked for, each time under a challenge of its own. */
function createOptions(
  parts: PasskeysParts,
  { rpId }: PasskeySite,
): Pick<Passkeys, 'creationOptions' | 'requestOptions' | 'signInOptions'> {
  const { store, challenges, brandName } = parts;
  return {
    async creationOptions(account, binding) {
      const present = await store.of(account.id);
      const challenge = challenges.make({ purpose: 'add', binding, accountId: account.id });
      const handle = await handleOf(parts, account.id);
      return creationJson({ challenge, rp: { id: rpId, name: brandName }, account, handle, present });
    },
    async requestOptions(accountId, binding) {
      const challenge = challenges.make({ purpose: 'verify', binding, accountId });
      return requestJson(rpId, challenge, await store.of(accountId));
    },
    signInOptions: (binding) => requestJson(rpId, challenges.make({ purpose: 'sign-in', binding }), []),
  };
}

/** A person's passkeys, and how they look after them. */
function createPasskeyList(
  parts: PasskeysParts,
): Pick<Passkeys, 'list' | 'status' | 'rename' | 'remove' | 'removeAll'> {
  const { store, clock, audit } = parts;
  const ownOf = async (accountId: string, id: string) => {
    const passkey = await store.get(id);
    return passkey?.accountId === accountId ? passkey : undefined;
  };
  return {
    list: async (accountId) => (await store.of(accountId)).map(viewOf),
    status: async (accountId) => statusOf(await store.of(accountId)),
    async rename(accountId, id, name, acting) {
      if (!(await ownOf(accountId, id))) return false;
      return store.rename(id, name, [
        audit.emission(auditOf('passkey.renamed', accountId, acting, { name })),
      ]);
    },
    async remove(accountId, id, acting) {
      const passkey = await ownOf(accountId, id);
      if (!passkey) return false;
      return store.remove(id, clock.now(), await passkeyNotices(parts, passkey, acting, 'passkey-removed'));
    },
    async removeAll(accountId, acting) {
      for (const { id, name } of await store.of(accountId))
        await store.remove(id, clock.now(), [
          audit.emission(auditOf('passkey.removed', accountId, acting, { name })),
        ]);
    },
  };
}

function statusOf(passkeys: readonly StoredPasskey[]): Awaited<ReturnType<Passkeys['status']>> {
  const uses = passkeys.flatMap(({ lastUsedAt }) => lastUsedAt ?? []);
  return {
    enrolled: passkeys.length > 0,
    count: passkeys.length,
    ...(passkeys[0] && { enrolledAt: passkeys[0].createdAt }),
    ...(uses.length > 0 && { lastUsedAt: Math.max(...uses) }),
  };
}

function viewOf(passkey: StoredPasskey): PasskeyView {
  const { id, name, createdAt, lastUsedAt } = passkey;
  return { id, name, kind: kindOf(passkey), createdAt, ...(lastUsedAt !== undefined && { lastUsedAt }) };
}
