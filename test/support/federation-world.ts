import type { Clock } from '#kernel';
import { startGatehouse, type TestGatehouse } from './gatehouse.ts';
import { JourneyBrowser } from './journey-browser.ts';
import { client } from './protocol-clients.ts';
import { type PendingLogIn, type RelyingParty, relyingParty } from './relying-party.ts';
import { startUpstream, type Upstream } from './upstream/start.ts';
import { person, TOTP_SECRET, world } from './world.ts';

export const SAM = 'sam@acme.example';

/** A sign-in at the company's IdP, from the relying party to wherever it led. */
export interface Federated {
  person: JourneyBrowser;
  pending: PendingLogIn;
}

export interface FederationWorld {
  upstream: Upstream;
  gatehouse: TestGatehouse;
  portal: RelyingParty;
  /** A browser that visits Gatehouse and the IdP. */
  browser(headers?: Record<string, string>): JourneyBrowser;
  /** To the IdP's form: the address typed here. */
  leave(email: string, options?: LeaveOptions): Promise<Federated>;
  /** Through the IdP's form and back. */
  signIn(email: string, options?: LeaveOptions & { as?: string }): Promise<Federated>;
  stop(): Promise<void>;
}

export interface LeaveOptions {
  params?: Record<string, string>;
  browser?: JourneyBrowser;
  party?: RelyingParty;
}

interface Additions {
  accounts?: object[];
  companies?: object[];
  clients?: object[];
}

/**
 * Companies with every kind of connection at one test IdP: acme (plain; labs.acme.example by another connection), globex
 * (Google, whose auth_time says nothing), hooli (no JIT provisioning), initech (its IdP's MFA counts here), umbrella (its IdP is
 * away).
 */
export async function startFederationWorld(
  options: Additions & { clock?: Clock; env?: Record<string, string> } = {},
): Promise<FederationWorld> {
  const upstream = await startUpstream();
  const gatehouse = await startGatehouse({
    bootstrap: federationBootstrap(upstream, options),
    ...(options.clock && { clock: options.clock }),
    ...(options.env && { env: options.env }),
  });
  const portal = await relyingParty(gatehouse.issuer);
  const browser = (headers: Record<string, string> = {}) =>
    new JourneyBrowser([gatehouse.issuer, upstream.issuer], headers);

  async function leave(email: string, { params, ...given }: LeaveOptions = {}): Promise<Federated> {
    const pending = await (given.party ?? portal).begin(params);
    const somebody = await (given.browser ?? browser()).open(pending.url);
    if (somebody.hasLabel('Email') && somebody.url.origin === gatehouse.issuer)
      await somebody.fill('Email', email).press('Continue');
    return { person: somebody, pending };
  }

  return {
    upstream,
    gatehouse,
    portal,
    browser,
    leave,
    async signIn(email, { as = email, ...rest } = {}) {
      const left = await leave(email, rest);
      await signInThere(left.person, as);
      return left;
    },
    async stop() {
      await gatehouse.stop();
      await upstream.stop();
    },
  };
}

/** Fills in the IdP's form. */
export async function signInThere(somebody: JourneyBrowser, email: string): Promise<JourneyBrowser> {
  return somebody.fill('Email', email).press('Sign in');
}

function federationBootstrap(
  upstream: Upstream,
  { accounts = [], companies = [], clients = [] }: Additions,
): object {
  const { issuer, clientId, clientSecret } = upstream;
  const there = { issuer, clientId, clientSecret };
  const targeted = (domain: string, connection: string) => ({
    domain,
    connection,
    verified: true,
    ssoTargeted: true,
  });
  const acme = {
    id: 'acme',
    name: 'Acme Builders',
    settings: {
      itContact: 'it@acme.example',
      mfa: { required: true, enforcementDate: '2026-01-01', timeZone: 'America/New_York' },
    },
    connections: [
      { id: 'acme-idp', name: 'Acme Sign-In', ...there },
      { id: 'acme-labs', name: 'Acme Labs Sign-In', ...there },
    ],
    domains: [
      targeted('acme.example', 'acme-idp'),
      targeted('*.acme.example', 'acme-idp'),
      targeted('labs.acme.example', 'acme-labs'),
    ],
  };
  const other = (id: string, connection: object) => ({
    id,
    name: id,
    connections: [{ id: `${id}-idp`, name: `${id} Sign-In`, ...there, ...connection }],
    domains: [targeted(`${id}.example`, `${id}-idp`)],
  });
  const base = world({
    companies: [
      other('globex', { preset: 'google' }),
      other('hooli', { jitProvisioning: false }),
      other('initech', {
        acrMapping: { 'urn:initech:strong': 'urn:gatehouse:acr:mfa-app', mfa: 'urn:gatehouse:acr:mfa' },
      }),
      other('umbrella', { issuer: 'http://localhost:9' }),
      ...companies,
    ],
    accounts: [
      person('both@acme.example', 'Both Acme', ['acme', 'gamma'], { acceptedTerms: false }),
      person('paula@acme.example', 'Paula Payor', [], {
        memberships: [{ company: 'acme', payments: 'payor' }],
        totpSecret: TOTP_SECRET,
      }),
      ...accounts,
    ],
    clients: [client('pay', { client_name: 'Payments', payments: true }), ...clients],
  }) as { companies: { id: string }[] };
  return { ...base, companies: base.companies.map((one) => (one.id === 'acme' ? acme : one)) };
}
