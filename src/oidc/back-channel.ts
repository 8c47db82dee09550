import { AsyncLocalStorage } from 'node:async_hooks';
import type { Provider } from 'oidc-provider';
import type { Queue } from '#delivery';
import type { SessionFields } from './library-gaps.ts';
import type { ModelCollections, StoredModel } from './model-store.ts';
import { isLive } from './session-store.ts';

const BACK_CHANNEL_TOPIC = 'back-channel-logout';

interface LogoutNotice {
  clientId: string;
  sub: string;
  sid: string | undefined;
}

type NoticeSender = (this: { clientId: string }, sub: string, sid?: string) => Promise<void>;

interface NotifiedClient {
  backchannelLogoutUri?: string;
  backchannelLogout: NoticeSender;
}

export type BackChannel = ReturnType<typeof createBackChannel>;

/** Log-out notices go through the durable queue: a relying party that is down is told later (OIDC Back-Channel Logout 1.0). */
export function createBackChannel({
  models,
  queue,
  provider,
}: {
  models: ModelCollections;
  queue: Pick<Queue, 'enqueue' | 'handle'>;
  provider(): Provider;
}) {
  // The session from which its own person changes a credential goes on under the new epoch.
  const kept = new AsyncLocalStorage<string>();

  // The library's own senders, kept before the queue takes their place.
  const senders = new WeakMap<Provider, NoticeSender>();

  async function enqueue(notice: LogoutNotice, id?: string): Promise<void> {
    const payload = { ...notice };
    await queue.enqueue({
      ...(id && { id: `${BACK_CHANNEL_TOPIC}:${id}` }),
      topic: BACK_CHANNEL_TOPIC,
      payload,
    });
  }

  // A failure is the queue's to retry. A client that is gone or wants no notices needs none.
  queue.handle(BACK_CHANNEL_TOPIC, async (payload) => {
    const { clientId, sub, sid } = payload as unknown as LogoutNotice;
    const client = (await provider().Client.find(clientId)) as unknown as NotifiedClient | undefined;
    if (client?.backchannelLogoutUri) await senders.get(provider())?.call(client as never, sub, sid);
  });

  return {
    enqueue,

    /** The library's log-out hands its notices to the queue. */
    replaceSender(replaced: Provider): void {
      const { prototype } = replaced.Client as unknown as { prototype: NotifiedClient };
      senders.set(replaced, prototype.backchannelLogout);
      prototype.backchannelLogout = async function viaQueue(sub, sid) {
        await enqueue({ clientId: this.clientId, sub, sid });
      };
    },

    /** Queues the notices of one session that is about to end. Harmless to run twice. */
    async tellOfEnd({ uid, accountId, authorizations = {} }: SessionFields): Promise<void> {
      if (!accountId) return;
      for (const [clientId, { sid }] of Object.entries(authorizations))
        await enqueue({ clientId, sub: accountId, sid }, `${uid}:${clientId}`);
    },

    /** Runs `work`; what it ends of the account, it ends but for this session. */
    keeping: <T>(sessionUid: string, work: () => Promise<T>): Promise<T> => kept.run(sessionUid, work),

    /** Ends every session, grant and token of an account and queues the notices. Harmless to run twice. */
    async endEverything(accountId: string, epoch: number): Promise<void> {
      const ofAccount = { index: 'byAccount', equals: [accountId] };
      const sessions = (await models.get('Session')?.find({ ...ofAccount, limit: 1000 }))?.items ?? [];
      for (const session of sessions) {
        const { authorizations = {} } = session.payload as unknown as SessionFields;
        for (const [clientId, { sid, grantId }] of Object.entries(authorizations)) {
          await enqueue({ clientId, sub: accountId, sid }, `${session.uid}:${clientId}`);
          if (grantId) await revokeTokens(models, grantId);
        }
        if (session.uid === kept.getStore() && isLive(session)) {
          await models.get('Session')?.update(session.id, (stored) => renewed(stored, epoch));
        } else await models.get('Session')?.delete(session.id);
      }
      await models.get('Grant')?.deleteWhere(ofAccount);
    },
  };
}

/** The sign-in alone: what relying parties got in it ends like everything else, only their companies stay chosen. */
function renewed(stored: StoredModel, epoch: number): StoredModel {
  const { authorizations = {} } = stored.payload as unknown as SessionFields;
  const companies = Object.entries(authorizations).flatMap(([clientId, { company }]) =>
    company ? [[clientId, { company }] as const] : [],
  );
  return {
    ...stored,
    payload: { ...stored.payload, epoch, authorizations: Object.fromEntries(companies) },
  };
}

export async function revokeTokens(models: ModelCollections, grantId: string): Promise<void> {
  for (const model of ['RefreshToken', 'AccessToken', 'AuthorizationCode']) {
    await models.get(model)?.deleteWhere({ index: 'byGrant', equals: [grantId] });
  }
}
