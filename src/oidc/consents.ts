import { z } from 'zod';
import type { Clock } from '#kernel';
import { type Collection, everyItem, type Storage } from '#storage';
import { scopesOfClaims } from './claims.ts';
import type { OidcContext } from './library-gaps.ts';

/** What a person allowed a third-party client, across sessions. */
const consentSchema = z.strictObject({
  /** `${accountId}:${clientId}:${companyId}`: what was allowed for one company says nothing of another. */
  id: z.string(),
  accountId: z.string(),
  clientId: z.string(),
  companyId: z.string().optional(),
  /** OIDC scopes as they are, scopes of an API as `indicator scope`. */
  granted: z.array(z.string()),
  at: z.int(),
});
export type Consent = z.infer<typeof consentSchema>;

export interface ConsentSubject {
  accountId: string;
  clientId: string;
  companyId: string | undefined;
}

export interface Consents {
  covers(oidc: OidcContext, accountId: string, companyId: string | undefined): Promise<boolean>;
  /** The same question before the library has read the request; by names of scopes, whichever API they are of. */
  coversScopes(subject: ConsentSubject, scopes: readonly string[]): Promise<boolean>;
  record(oidc: OidcContext, accountId: string, companyId: string | undefined): Promise<void>;
  of(accountId: string): Promise<Consent[]>;
  /** For whichever company it was given. False when there was none. */
  withdraw(accountId: string, clientId: string): Promise<boolean>;
  /** Whatever the account allowed anybody. */
  withdrawAll(accountId: string): Promise<void>;
}

export function createConsents({ storage, clock }: { storage: Storage; clock: Clock }): Consents {
  const collection: Collection<Consent> = storage.collection({
    name: 'consents',
    schema: consentSchema,
    key: 'id',
    index: { byAccount: ['accountId'] },
    durability: 'durable',
  });
  const of = (accountId: string) => everyItem(collection, { index: 'byAccount', equals: [accountId] });
  const idOf = ({ accountId, clientId, companyId = '' }: ConsentSubject) =>
    `${accountId}:${clientId}:${companyId}`;
  return {
    async covers(oidc, accountId, companyId) {
      const { clientId } = oidc.client;
      const granted = new Set((await collection.get(idOf({ accountId, clientId, companyId })))?.granted);
      return requestedPermissions(oidc).every((permission) => granted.has(permission));
    },
    async coversScopes(subject, scopes) {
      const granted = (await collection.get(idOf(subject)))?.granted ?? [];
      const names = new Set(granted.map((permission) => permission.split(' ').at(-1)));
      return granted.length > 0 && scopes.every((scope) => names.has(scope));
    },
    async record(oidc, accountId, companyId) {
      const subject = { accountId, clientId: oidc.client.clientId, companyId };
      const id = idOf(subject);
      const permissions = requestedPermissions(oidc);
      const fresh = { id, ...subject, granted: permissions, at: clock.now() };
      if (await collection.insertIfAbsent(fresh)) return;
      await collection.update(id, (stored) => ({
        ...fresh,
        granted: [...new Set([...stored.granted, ...permissions])],
      }));
    },
    of,
    async withdraw(accountId, clientId) {
      const given = (await of(accountId)).filter((consent) => consent.clientId === clientId);
      for (const { id } of given) await collection.delete(id);
      return given.length > 0;
    },
    async withdrawAll(accountId) {
      await collection.deleteWhere({ index: 'byAccount', equals: [accountId] });
    },
  };
}

function requestedPermissions(oidc: OidcContext): string[] {
  const ofResources = Object.entries(oidc.resourceServers ?? {}).flatMap(([indicator, server]) =>
    [...oidc.requestParamScopes]
      .filter((scope) => server.scopes.has(scope))
      .map((scope) => `${indicator} ${scope}`),
  );
  const ofOpenId = [...oidc.requestParamOIDCScopes, ...scopesOfClaims(oidc.requestParamClaims)];
  return [...new Set([...ofOpenId, ...ofResources])];
}
