import { clientSchema } from '#clients';
import { parseDomainRule } from '#companies';
import { parseEmail } from '#kernel';
import type { BootstrapFile, Entry } from './bootstrap-file.ts';
import type { BootstrapInput } from './bootstrap-schema.ts';
import { type StatedValues, statedValues } from './stated-values.ts';

type Written = Record<string, Record<string, unknown>[] | undefined>;

/** Values of an account that count only when it is made. */
const AT_CREATION = [
  'email',
  'memberships',
  'acceptedTerms',
  'password',
  'passwordHash',
  'passwordChangedAt',
  'totpSecret',
  'phone',
];

/** Takes the nested file apart into the flat lists that are applied one after the other. */
export function entriesOf(input: unknown, parsed: BootstrapInput): BootstrapFile {
  const written = input as Written;
  const companies = parsed.companies.map((one, index) => ({
    one,
    path: `companies[${index}]`,
    raw: (written['companies']?.[index] ?? {}) as Record<string, unknown> & Written,
  }));
  const accounts = parsed.accounts.map((one, index) => ({
    one,
    path: `accounts[${index}]`,
    raw: (written['accounts']?.[index] ?? {}) as Record<string, unknown> & Written,
  }));
  return {
    companies: companies.map(({ one: { connections, domains, ...value }, path, raw }) => ({
      path,
      value,
      stated: statedValues(raw, value, ['id', 'connections', 'domains']),
    })),
    connections: companies.flatMap(({ one: company, path, raw }) =>
      company.connections.map((connection, index) => ({
        path: `${path}.connections[${index}]`,
        value: { ...connection, companyId: company.id, name: connection.name ?? company.name },
        stated: statedValues(raw['connections']?.[index] ?? {}, connection, ['id']),
      })),
    ),
    domains: companies.flatMap(({ one, path, raw }) => domainEntries(one, path, raw)),
    accounts: accounts.map(({ one: { memberships, ...value }, path, raw }) => ({
      path,
      value: { ...value, normalized: normalizedOf(value.email) },
      stated: statedValues(raw, value, AT_CREATION),
    })),
    memberships: accounts.flatMap(({ one, path, raw }) => membershipEntries(one, path, raw)),
    clients: parsed.clients.map((client, index) => ({
      path: `clients[${index}]`,
      value: clientSchema.parse({ ...client, source: 'bootstrap' }),
      stated: statedValues(written['clients']?.[index] ?? {}, client, ['client_id']),
    })),
    resources: parsed.resources.map((value, index) => ({
      path: `resources[${index}]`,
      value,
      stated: statedValues(written['resources']?.[index] ?? {}, value, ['indicator']),
    })),
  };
}

function domainEntries(
  company: BootstrapInput['companies'][number],
  path: string,
  raw: Written,
): BootstrapFile['domains'] {
  const only = company.connections.length === 1 ? company.connections[0]?.id : undefined;
  return company.domains.map(({ connection, ...one }, index) => {
    // A company with one identity provider need not say which.
    const connectionId = connection ?? (one.ssoTargeted ? only : undefined);
    const value = {
      ...one,
      domain: parseDomainRule(one.domain) ?? one.domain,
      companyId: company.id,
      ...(connectionId !== undefined && { connectionId }),
    };
    const stated: StatedValues = {
      ...statedValues(raw['domains']?.[index] ?? {}, one, ['domain', 'connection']),
      ...(connectionId !== undefined && { connectionId }),
    };
    return { path: `${path}.domains[${index}]`, value, stated };
  });
}

function membershipEntries(
  account: BootstrapInput['accounts'][number],
  path: string,
  raw: Written,
): BootstrapFile['memberships'] {
  return account.memberships.map(
    ({ company, ...one }, index): Entry<BootstrapFile['memberships'][number]['value']> => ({
      path: `${path}.memberships[${index}]`,
      value: { ...one, companyId: company, email: normalizedOf(account.email), status: 'active' },
      stated: { status: 'active', ...statedValues(raw['memberships']?.[index] ?? {}, one, ['company']) },
    }),
  );
}

function normalizedOf(email: string): string {
  return parseEmail(email)?.normalized ?? email;
}
