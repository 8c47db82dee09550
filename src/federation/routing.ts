import { type Company, type Domain, isLoginNameLike } from '#companies';
import { AppError, type EmailAddress, parseEmail } from '#kernel';
import type { Connection } from './connection.ts';
import type { Connections } from './connection-store.ts';
import type { CompanyDirectory } from './ports.ts';

export type Route =
  | { outcome: 'local' }
  | { outcome: 'sso'; connection: Connection; domain: Domain; company: Company }
  /** Targeted, but its connection cannot be used: no password instead (W1). */
  | { outcome: 'unavailable'; company: Company };

export interface SsoTarget {
  companyName: string;
  /** Absent where it would only repeat the company's. */
  idpName?: string;
  itContact?: string;
}

/** Who signs in where: the rule of the domain decides at every entrance, never the presence of a local credential. */
export interface Routing {
  route(email: EmailAddress): Promise<Route>;
  /** Takes a normalized address. */
  isSsoTargeted(normalized: string): Promise<SsoTarget | undefined>;
}

export function createRouting(connections: Connections, companies: CompanyDirectory): Routing {
  async function route(email: EmailAddress): Promise<Route> {
    // The label decides for all its names, known or not, as a domain does for its addresses (X28).
    const named = isLoginNameLike(email) ? await companies.byLoginLabel(email.domain) : undefined;
    const domain = await companies.domainRule(named?.settings.loginNames?.domain ?? email.domain);
    if (!domain?.verified || !domain.ssoTargeted) return { outcome: 'local' };
    if (named && domain.companyId !== named.id) return { outcome: 'local' };
    const company = await companies.byId(domain.companyId);
    // Falling back to passwords would be the one wrong answer here.
    if (!company)
      throw new AppError('internal', 500, { cause: `company of domain ${domain.domain} is missing` });
    const connection = domain.connectionId ? await connections.byId(domain.connectionId) : undefined;
    const usable = connection?.enabled && connection.companyId === company.id;
    return usable ? { outcome: 'sso', connection, domain, company } : { outcome: 'unavailable', company };
  }

  return {
    route,
    async isSsoTargeted(normalized) {
      const email = parseEmail(normalized);
      const routed = email && (await route(email));
      if (!routed || routed.outcome === 'local') return undefined;
      const { company } = routed;
      const { itContact } = company.settings;
      return {
        companyName: company.name,
        ...ownNameOf(routed),
        ...(itContact && { itContact }),
      };
    },
  };
}

/** A connection that was given no name bears its company's: "Acme uses SSO: you log in with Acme" would tell nothing. */
export function ownNameOf(route: Exclude<Route, { outcome: 'local' }>): Pick<SsoTarget, 'idpName'> {
  if (route.outcome !== 'sso' || route.connection.name === route.company.name) return {};
  return { idpName: route.connection.name };
}
