import { AuthorizationResponseError, ResponseBodyError } from 'openid-client';
import { OutboundError } from '../../guarded-fetch.ts';
import type { UpstreamProblem, UpstreamProblemCode } from '../connector.ts';

/** The identity provider's answer breaks a rule of ours; `message` is our own wording. */
export class InvalidAnswer extends Error {}

// RFC 6749 4.1.2.1 and OpenID Connect Core 3.1.2.6: the person, or a policy of the provider, said no.
const DENIALS = [
  'access_denied',
  'login_required',
  'interaction_required',
  'consent_required',
  'account_selection_required',
];
const OUTAGES = ['server_error', 'temporarily_unavailable', 'invalid_client', 'unauthorized_client'];

/** What went wrong on the way to or from an identity provider, for people (`code`) and for the operator (`detail`). */
export function upstreamProblem(error: unknown): UpstreamProblem {
  const outbound = causes(error).find((cause) => cause instanceof OutboundError);
  if (outbound)
    return problem(
      outbound.reason === 'timeout' ? 'federation.timeout' : 'federation.unavailable',
      `request: ${outbound.reason}`,
    );
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError) {
    const code = errorCode(error.error);
    return problem(
      DENIALS.includes(code)
        ? 'federation.denied'
        : OUTAGES.includes(code)
          ? 'federation.unavailable'
          : 'federation.invalid-answer',
      `provider: ${code}`,
    );
  }
  if (error instanceof InvalidAnswer) return problem('federation.invalid-answer', error.message);
  return problem(statusProblem(error), wording(error));
}

const OUTDATED_CODES: readonly unknown[] = [
  'OAUTH_KEY_SELECTION_FAILED',
  'OAUTH_MISSING_SERVER_METADATA',
  'OAUTH_INVALID_SERVER_METADATA',
];
// The library gives these no code of their own.
const OUTDATED_TEXTS = ['JWT signature verification failed', 'unexpected JWT "alg" header parameter'];

/**
 * The provider's keys or metadata may have changed under the same names. Never after what anybody can bring about by
 * coming back with a made-up code: the provider's own refusal, a wrong parameter.
 */
export function mayBeOutdated(error: unknown): boolean {
  return causes(error).some(
    (cause) =>
      ('code' in cause && OUTDATED_CODES.includes(cause.code)) || OUTDATED_TEXTS.includes(cause.message),
  );
}

function problem(code: UpstreamProblemCode, detail: string): UpstreamProblem {
  return { outcome: 'problem', code, detail };
}

function causes(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let inner = error; inner instanceof Error && chain.length < 8; inner = inner.cause) chain.push(inner);
  return chain;
}

/** Providers may write anything into `error`; only what looks like a code goes on. */
function errorCode(written: unknown): string {
  return typeof written === 'string' && /^[a-z_]{1,60}$/.test(written) ? written : 'unreadable error code';
}

function statusProblem(error: unknown): UpstreamProblemCode {
  return causes(error).some((cause) => 'code' in cause && cause.code === 'OAUTH_RESPONSE_IS_NOT_CONFORM')
    ? 'federation.unavailable'
    : 'federation.invalid-answer';
}

/** Messages of the library are fixed texts; values of the answer stand in `cause`, of which only a claim's name is taken. */
function wording(error: unknown): string {
  const chain = causes(error);
  const inner = chain.at(-1);
  const claim = chain
    .map(({ cause }) => cause)
    .find(
      (cause): cause is { claim: string } => typeof cause === 'object' && cause !== null && 'claim' in cause,
    );
  const text = inner?.message ?? 'unknown failure';
  return claim ? `${text} (${claim.claim})` : text;
}
