import { sha256 } from '#kernel';
import { type Collection, everyItem, type Storage } from '#storage';
import { type Invitation, invitationSchema } from './invitation.ts';

export interface InvitationStore {
  invitations: Collection<Invitation>;
  byToken(token: string): Promise<Invitation | undefined>;
  ofAddress(address: string): Promise<Invitation[]>;
}

export function createInvitationStore(storage: Storage): InvitationStore {
  const invitations = storage.collection<Invitation>({
    name: 'invitations',
    schema: invitationSchema,
    key: 'id',
    index: { byCompany: ['companyId'], byAddress: ['address'], byTokenHash: ['tokenHashes'] },
    expiresAt: 'expiresAt',
    durability: 'durable',
    sealed: ['resume'],
  });
  return {
    invitations,
    async byToken(token) {
      const { items } = await invitations.find({ index: 'byTokenHash', equals: [sha256(token)], limit: 1 });
      return items[0];
    },
    ofAddress: (address) => everyItem(invitations, { index: 'byAddress', equals: [address] }),
  };
}
