import { type KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Directory } from './directory.ts';

/**
 * People, companies and memberships as one protocol request found them first: several of the library's questions end in the
 * same document. No answer is older than its request, and whatever is issued meanwhile is compared with the epoch when used.
 */
export function readOncePerRequest(directory: Directory): Directory {
  const known = Symbol('what this request has read');

  function once<R>(name: string, read: () => Promise<R>): Promise<R> {
    const ctx = Provider.ctx as
      | (KoaContextWithOIDC & { [known]?: Map<string, Promise<unknown>> })
      | undefined;
    // Work that a request has started may outlive it.
    if (!ctx || ctx.headerSent) return read();
    ctx[known] ??= new Map();
    const former = ctx[known].get(name);
    if (former) return former as Promise<R>;
    const answer = read();
    ctx[known].set(name, answer);
    return answer;
  }

  const { accounts, companies } = directory;
  return {
    ...directory,
    accounts: { byId: (id) => once(`account ${id}`, () => accounts.byId(id)) },
    companies: {
      byId: (id) => once(`company ${id}`, () => companies.byId(id)),
      getMany: (ids) => companies.getMany(ids),
      membershipsOf: (id) => once(`memberships ${id}`, () => companies.membershipsOf(id)),
      activeMembershipsOf: (id) => once(`active ${id}`, () => companies.activeMembershipsOf(id)),
      membership: (company, account) =>
        once(`membership ${company} ${account}`, () => companies.membership(company, account)),
    },
  };
}
