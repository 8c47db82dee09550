import * as oidc from 'openid-client';
import type { TestGatehouse } from './gatehouse.ts';
import type { RelyingParty } from './relying-party.ts';
import { type LogInOptions, logIn } from './sign-in.ts';

export interface Answer {
  status: number;
  headers: Headers;
  /** Empty where the answer is not JSON. */
  body: Record<string, unknown>;
}

export type Tokens = Awaited<ReturnType<RelyingParty['complete']>>;

/** A form posted by a program, as to the token endpoint. */
export async function post(
  url: string,
  fields: Record<string, string> | [string, string][],
  headers: Record<string, string> = {},
): Promise<Answer> {
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(fields), headers });
  const text = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    body: text.startsWith('{') ? JSON.parse(text) : {},
  };
}

/** client_secret_basic: both parts form-encoded before they are joined (RFC 6749 2.3.1). */
export function basic(clientId: string, secret = `${clientId}-secret`): { authorization: string } {
  const [id, password] = [clientId, secret].map((part) =>
    new URLSearchParams([['', part]]).toString().slice(1),
  );
  return { authorization: `Basic ${btoa(`${id}:${password}`)}` };
}

/** The whole way: log-in in a browser, redemption of the code. */
export async function tokensFor(
  gatehouse: TestGatehouse,
  party: RelyingParty,
  email = 'ada@other.example',
  options: LogInOptions = {},
): Promise<Tokens> {
  const { person, pending } = await logIn(gatehouse, party, email, options);
  return party.complete(pending, person.arrivedAt);
}

/** The refresh token where there has to be one. */
export function refreshTokenOf({ refresh_token }: { refresh_token?: string | undefined }): string {
  if (!refresh_token) throw new Error('no refresh token was issued');
  return refresh_token;
}

/** Claims of a JWT, unverified. */
export function payloadOf(jwt: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString());
}

/** The error code of a refused request of openid-client. */
export async function refusal(request: Promise<unknown>): Promise<string> {
  return request.then(
    () => 'answered',
    (error: unknown) => (error instanceof oidc.ResponseBodyError ? error.error : String(error)),
  );
}
