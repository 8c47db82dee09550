import { errors, type Grant, type Provider } from 'oidc-provider';
import { SECOND } from '#kernel';
import type { GrantFields, OidcContext, SessionFields } from './library-gaps.ts';
import { shorterIdleTime } from './session-lifetime.ts';

/** How long a grant waits for its code, which lives a minute. Seconds. */
const WAITING_SECONDS = 120;

type FoundSession = NonNullable<Awaited<ReturnType<Provider['Session']['findByUid']>>>;
type SwitchingGrant = Grant & Partial<GrantFields>;

interface Code {
  accountId: string;
  clientId: string;
  grantId: string;
  sessionUid?: string;
  expiresWithSession?: boolean;
}

interface CodeModel {
  prototype: Code & { consume(): Promise<void> };
  find(value: string, options?: { ignoreSessionBinding?: boolean }): Promise<Code | undefined>;
}

/**
 * Keeps a grant for a company that the session has not taken yet, and gives it to the code of this request. Any site can make a
 * browser ask for a company; who redeems the code has its verifier and asked itself (decision 022).
 */
export async function awaitRedemption(oidc: OidcContext, grant: SwitchingGrant): Promise<void> {
  const { session, client } = oidc;
  Object.assign(grant, { awaitsRedemption: true, expiresIn: WAITING_SECONDS });
  await grant.save();
  const own = session.grantIdFor.bind(session);
  // The library writes the session's grant into the code.
  session.grantIdFor = (clientId, value) =>
    clientId === client.clientId && value === undefined ? grant.jti : own(clientId, value);
}

/** A session takes a company for a client with the redemption of the client's code, no earlier. */
export function takeCompanyAtRedemption(provider: Provider): void {
  const model = provider.AuthorizationCode as unknown as CodeModel;
  const find = model.find.bind(model);
  model.find = async (value, options) => {
    const code = await find(value, { ...options, ignoreSessionBinding: true });
    const isBound = code?.expiresWithSession && !options?.ignoreSessionBinding;
    return !isBound || (await belongsToSession(provider, code)) ? code : undefined;
  };
  const { consume } = model.prototype;
  model.prototype.consume = async function consumeAndSwitch() {
    await consume.call(this);
    await take(provider, this);
  };
}

async function belongsToSession(provider: Provider, code: Code): Promise<boolean> {
  const session = code.sessionUid && (await provider.Session.findByUid(code.sessionUid));
  if (!session || session.accountId !== code.accountId) return false;
  if (session.grantIdFor(code.clientId) === code.grantId) return true;
  const grant = (await provider.Grant.find(code.grantId)) as SwitchingGrant | undefined;
  return grant?.awaitsRedemption === true && grant.sessionUid === code.sessionUid;
}

/** The former grant goes first: a crash in between leaves no tokens of a company that the session has left. */
async function take(provider: Provider, code: Code): Promise<void> {
  const grant = (await provider.Grant.find(code.grantId)) as SwitchingGrant | undefined;
  if (!grant) throw new errors.InvalidGrant('grant not found');
  if (!grant.awaitsRedemption) return;
  const session = code.sessionUid ? await provider.Session.findByUid(code.sessionUid) : undefined;
  const formerId = session?.grantIdFor(code.clientId);
  const former = formerId && (await provider.Grant.find(formerId));
  if (former) await revoke(provider, former);
  // It lives as long as any from now on.
  Object.assign(grant, { awaitsRedemption: false, exp: undefined });
  await grant.save();
  // A second redemption of the code has ended it in this very moment (X17).
  if (!(await provider.Grant.find(code.grantId))) throw new errors.InvalidGrant('grant not found');
  if (session) await turn(session, code.clientId, grant);
}

async function turn(session: FoundSession, clientId: string, grant: SwitchingGrant): Promise<void> {
  const fields = session as unknown as OidcContext['session'];
  recordCompany(fields, clientId, grant);
  const left = Number(session.exp) - Math.floor(Date.now() / SECOND);
  await session.save(shorterIdleTime(left, fields.idleSeconds) ?? left);
}

/** What the session has for the client from now on. The shorter idle time counts: another company may have been taken since (H14). */
export function recordCompany(
  session: OidcContext['session'],
  clientId: string,
  grant: SwitchingGrant,
): void {
  session.grantIdFor(clientId, grant.jti);
  if (grant.companyId) session.authorizationFor(clientId, true).company = grant.companyId;
  const idleSeconds = shorterIdleTime(session.idleSeconds, grant.idleSeconds);
  if (idleSeconds !== undefined) session.idleSeconds = idleSeconds;
}

/** A grant with everything that was issued by it. */
export async function revoke(provider: Provider, grant: Grant): Promise<void> {
  const id = grant.jti;
  await grant.destroy();
  for (const model of [provider.RefreshToken, provider.AccessToken, provider.AuthorizationCode]) {
    await model.revokeByGrantId(id);
  }
}

/** Whether the grant's company is one that this session did not have for this client yet. */
export function isNewCompany(
  { authorizations }: SessionFields,
  clientId: string,
  company: string | undefined,
) {
  return company !== undefined && authorizations?.[clientId]?.company !== company;
}
