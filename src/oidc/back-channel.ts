import type { Provider } from 'oidc-provider';
import type { Queue } from '#delivery';
import type { Storage } from '#storage';
import type { SessionFields } from './library-gaps.ts';
import type { ModelCollections } from './model-store.ts';

export const BACK_CHANNEL_TOPIC = 'back-channel-logout';

interface LogoutNotice {
  clientId: string;
  sub: string;
  sid: string | undefined;
}

type NoticeSender = (this: { clientId: string }, sub: string, sid?: string) => Promise<void>;

/** The library's own sender, kept before we put the queue in its place. */
const senders = new WeakMap<Provider, NoticeSender>();

/** Log-out notices go through the durable queue: a relying party that is down is told later (OIDC Back-Channel Logout 1.0). */
export function queueLogoutNotices(provider: Provider, queue: Pick<Queue, 'enqueue'>): void {
  const prototype = (provider.Client as unknown as { prototype: { backchannelLogout: NoticeSender } })
    .prototype;
  senders.set(provider, prototype.backchannelLogout);
  prototype.backchannelLogout = async function enqueue(sub, sid) {
    await queue.enqueue({ topic: BACK_CHANNEL_TOPIC, payload: { clientId: this.clientId, sub, sid } });
  };
}

/** Sends one queued notice; a failure is the queue's to retry. A client that is gone needs no notice. */
export async function sendLogoutNotice(provider: Provider, payload: Record<string, unknown>): Promise<void> {
  const notice = payload as unknown as LogoutNotice;
  const client = await provider.Client.find(notice.clientId);
  if (client) await senders.get(provider)?.call(client, notice.sub, notice.sid);
}

/** Ends every session, grant and token of an account and queues the notices. Harmless to run twice. */
export async function endEverything(
  accountId: string,
  { models, queue }: { models: ModelCollections; queue: Pick<Queue, 'enqueue'>; storage?: Storage },
): Promise<void> {
  const sessions = models.get('Session');
  const grants = models.get('Grant');
  if (!sessions || !grants) return;
  for (const session of (await sessions.find({ index: 'byAccount', equals: [accountId], limit: 1000 }))
    .items) {
    const { authorizations = {} } = session.payload as unknown as SessionFields;
    for (const [clientId, { sid, grantId }] of Object.entries(authorizations)) {
      await queue.enqueue({
        id: `${BACK_CHANNEL_TOPIC}:${session.id}:${clientId}`,
        topic: BACK_CHANNEL_TOPIC,
        payload: { clientId, sub: accountId, sid },
      });
      if (grantId) await revokeTokens(models, grantId);
    }
    await sessions.delete(session.id);
  }
  await grants.deleteWhere({ index: 'byAccount', equals: [accountId] });
}

async function revokeTokens(models: ModelCollections, grantId: string): Promise<void> {
  for (const model of ['RefreshToken', 'AccessToken', 'AuthorizationCode']) {
    await models.get(model)?.deleteWhere({ index: 'byGrant', equals: [grantId] });
  }
}
