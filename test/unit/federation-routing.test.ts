import type { Domain } from '#companies';
import { checkConnection, earnedAcr } from '#federation';
import { type EmailAddress, parseEmail } from '#kernel';
import {
  createFederatedDirectory,
  type FederatedDirectory,
} from '../support/upstream/federated-directory.ts';

let directory: FederatedDirectory;
beforeEach(async () => {
  directory = await createFederatedDirectory();
});
afterEach(() => directory.close());

const address = (text: string) => parseEmail(text) as EmailAddress;
const route = async (text: string) => {
  const routed = await directory.federation.routing.route(address(text));
  return routed.outcome === 'sso' ? `sso ${routed.connection.id}` : routed.outcome;
};
const domain = (name: string, changes: Partial<Domain> = {}) =>
  directory.companies.putDomain(
    {
      ...{ domain: name, companyId: 'acme', verified: true, ssoTargeted: true, connectionId: 'acme-idp' },
      ...changes,
    },
    { actor: 'system' },
  );

describe('routing by e-mail domain', () => {
  it('E1 sends every address of a targeted domain to its identity provider, others stay local', async () => {
    expect(await route('Anybody.New@ACME.example')).toBe('sso acme-idp');
    expect(await route('ada@globex.example')).toBe('sso globex-idp');
    expect(await route('ada@elsewhere.example')).toBe('local');
    expect(await route('ada@notacme.example')).toBe('local');
  });

  it('W10 takes the exact domain, then the longest wildcard', async () => {
    await directory.federation.connections.put(directory.connectionOf('acme', { id: 'acme-labs' }), {
      actor: 'system',
    });
    await domain('*.acme.example');
    await domain('*.labs.acme.example', { connectionId: 'acme-labs' });
    await domain('shop.labs.acme.example');
    expect(await route('a@hr.acme.example')).toBe('sso acme-idp');
    expect(await route('a@x.labs.acme.example')).toBe('sso acme-labs');
    expect(await route('a@shop.labs.acme.example')).toBe('sso acme-idp');
  });

  it('W1 a local credential or account changes nothing', async () => {
    const person = { email: 'ada@acme.example', name: 'Ada', status: 'active', emailVerified: true } as const;
    await directory.accounts.create(person);
    expect(await route('ada@acme.example')).toBe('sso acme-idp');
  });

  it.each([
    ['unverified', { verified: false }, 'local'],
    ['not targeted', { ssoTargeted: false }, 'local'],
    ['sent to a connection that does not exist', { connectionId: 'gone' }, 'unavailable'],
    ["sent to another company's connection", { connectionId: 'globex-idp' }, 'unavailable'],
  ] as [string, Partial<Domain>, string][])('W1 a domain that is %s', async (_how, changes, outcome) => {
    await domain('branch.example', changes);
    expect(await route('ada@branch.example')).toBe(outcome);
  });

  it('W1 a targeted domain without a connection is unavailable', async () => {
    const branch = { domain: 'branch.example', companyId: 'acme', verified: true, ssoTargeted: true };
    await directory.companies.putDomain(branch, { actor: 'system' });
    expect(await route('ada@branch.example')).toBe('unavailable');
  });

  it('X8 a disabled connection counts at once, and never falls back to a password', async () => {
    await directory.federation.connections.put({ ...directory.acme, enabled: false }, { actor: 'system' });
    expect(await route('ada@acme.example')).toBe('unavailable');
    expect(await directory.federation.routing.isSsoTargeted('ada@acme.example')).toMatchObject({
      companyName: 'acme Ltd',
    });
  });

  it('D9 names company, provider and IT contact for people whose password lives elsewhere', async () => {
    expect(await directory.federation.routing.isSsoTargeted('ada@acme.example')).toEqual({
      ...{ companyName: 'acme Ltd', idpName: 'acme IdP', itContact: 'it@acme.example' },
    });
    expect(await directory.federation.routing.isSsoTargeted('ada@elsewhere.example')).toBeUndefined();
  });

  it('D9 names no provider where the connection only bears the company’s name', async () => {
    const unnamed = { ...directory.acme, name: 'acme Ltd' };
    await directory.federation.connections.put(unnamed, { actor: 'system' });
    expect(await directory.federation.routing.isSsoTargeted('ada@acme.example')).toEqual({
      ...{ companyName: 'acme Ltd', itContact: 'it@acme.example' },
    });
  });
});

describe('connections', () => {
  it('X7 each has a redirect URI of its own', () => {
    const { connections } = directory.federation;
    expect(connections.callbackUrl('acme-idp')).toBe('http://127.0.0.1:1/federation/acme-idp/callback');
  });

  it('are found by id, and each change leaves an audit event', async () => {
    const { connections } = directory.federation;
    await connections.put(directory.connectionOf('acme', { id: 'acme-second' }), { actor: 'admin' });
    expect(await connections.byId('acme-idp')).toEqual(directory.acme);
    expect((await directory.emitted()).map(({ payload }) => payload).at(-1)).toMatchObject({
      type: 'connection.saved',
      actor: 'admin',
      companyId: 'acme',
      details: { connection: 'acme-second' },
    });
  });

  it.each([
    ['issuer', { issuer: 'http://idp.example' }],
    ['issuer', { issuer: 'https://idp.example/?x=1' }],
    ['issuer', { issuer: 'not an address' }],
    ['issuer', { preset: 'entra', issuer: 'https://login.microsoftonline.com/common/v2.0' }],
    ['issuer', { preset: 'entra', issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0' }],
    ['clientSecret', { clientSecret: '' }],
    ['scopes', { scopes: ['email'] }],
    ['id', { id: 'a/b' }],
  ] as const)('X1 a wrong %s is told in words: %j', (field, changes) => {
    const problems = checkConnection(
      directory.connectionOf('acme', { issuer: 'https://idp.example', ...changes } as object),
      {
        production: true,
      },
    );
    expect(problems).toEqual([expect.stringMatching(new RegExp(`^${field}: `))]);
  });

  it('are refused with what is wrong with them', async () => {
    const shared = directory.connectionOf('acme', {
      preset: 'entra',
      issuer: 'https://login.microsoftonline.com/common/v2.0',
    });
    await expect(directory.federation.connections.put(shared, { actor: 'system' })).rejects.toMatchObject({
      ...{
        code: 'federation.invalid-connection',
        status: 422,
        params: { problem: expect.stringContaining('tenant') },
      },
    });
  });
});

describe('what a sign-in earns', () => {
  const acrMapping = {
    'urn:okta:2fa': 'urn:gatehouse:acr:mfa',
    otp: 'urn:gatehouse:acr:mfa-app',
    phr: 'phr',
  } as const;
  it.each([
    [{}, 'urn:gatehouse:acr:sso'],
    [{ acr: 'phr' }, 'phr'],
    [{ acr: 'urn:okta:2fa' }, 'urn:gatehouse:acr:mfa'],
    [{ acr: 'urn:okta:2fa', amr: ['pwd', 'otp'] }, 'urn:gatehouse:acr:mfa-app'],
    [
      { acr: 'urn:gatehouse:acr:mfa', amr: ['mfa', 'hwk', 'constructor', '__proto__'] },
      'urn:gatehouse:acr:sso',
    ],
  ])('W18 %j is worth %s', (facts, acr) => {
    const identity = directory.identity('ada@acme.example', facts);
    expect(earnedAcr(identity, { ...directory.acme, acrMapping })).toBe(acr);
  });
});
