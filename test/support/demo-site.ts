import { startCompanyIdp } from '../../examples/company-idp/main.ts';
import {
  ADA,
  CLIENT_SECRET,
  demoBootstrap,
  IDP_PEOPLE,
  IDP_SECRET,
  PASSWORD,
} from '../../examples/demo-people.ts';
import { startRelyingParty } from '../../examples/relying-party/main.ts';
import { startCompanyIdpProcess } from './company-idp-process.ts';
import { startGatehouse, type TestGatehouse, type TestOptions } from './gatehouse.ts';

export interface DemoSite {
  gatehouse: TestGatehouse;
  /** The example relying party's address. */
  portal: string;
  /** The example company IdP's address. */
  idp: string;
  stop(): Promise<void>;
}

export interface DemoOptions extends Pick<TestOptions, 'env'> {
  /** More accounts in the bootstrap file's terms: a code of one app works once, so each test brings its own person. */
  accounts?: readonly object[];
  companies?: readonly object[];
  /** The company's identity provider as a process of its own. */
  idpApart?: boolean;
}

/** What `npm run demo` starts, on free ports: Gatehouse on localhost, the others on 127.0.0.1. */
export async function startDemoSite({
  accounts = [],
  companies = [],
  env = {},
  idpApart = false,
}: DemoOptions = {}): Promise<DemoSite> {
  const host = '127.0.0.1';
  const port = 0;
  let portal: Awaited<ReturnType<typeof startRelyingParty>> | undefined;
  let idp: Awaited<ReturnType<typeof startCompanyIdp>> | undefined;
  const gatehouse = await startGatehouse({
    env,
    async bootstrap(issuer) {
      portal = await startRelyingParty({
        issuer,
        clientId: 'portal',
        clientSecret: CLIENT_SECRET,
        host,
        port,
        name: 'Demo Portal',
      });
      const redirectUris = [`${issuer}/federation/acme-idp/callback`];
      const client = { clientId: 'gatehouse', clientSecret: IDP_SECRET, redirectUris };
      idp = await (idpApart ? startCompanyIdpProcess : startCompanyIdp)({
        host,
        port,
        name: 'Acme Builders',
        clients: [client],
        people: IDP_PEOPLE,
      });
      const demo = demoBootstrap({ relyingParty: portal.url, idpIssuer: idp.issuer });
      return {
        ...demo,
        companies: [...demo.companies, ...companies],
        accounts: [...demo.accounts, ...accounts],
      };
    },
  });
  return {
    gatehouse,
    portal: portal?.url ?? '',
    idp: idp?.issuer ?? '',
    async stop() {
      portal?.close();
      await Promise.all([idp?.close(), gatehouse.stop()]);
    },
  };
}

/** Someone of Bridges & Sons with the demo's password and authenticator app. */
export function enrolledPerson(email: string): object {
  return {
    email,
    name: 'Robin Enrolled',
    password: PASSWORD,
    totpSecret: ADA.key,
    memberships: [{ company: 'bridges' }],
    acceptedTerms: true,
  };
}

/** Someone whose company, Crane Works, requires a second factor that is not set up yet. */
export function personToEnrol(email: string): object {
  return {
    email,
    name: 'Kim Newcomer',
    password: PASSWORD,
    memberships: [{ company: 'crane' }],
    acceptedTerms: true,
  };
}
