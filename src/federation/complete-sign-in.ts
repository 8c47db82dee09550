import { equalInConstantTime, type Log } from '#kernel';
import type { RoundTripParts } from './begin-sign-in.ts';
import type { Connection, UpstreamIdentity } from './connection.ts';
import type { Flow } from './flow-store.ts';
import type { CompleteOutcome, CompleteSignIn, SignIn, SignInFlow, SignInProblemCode } from './sign-in.ts';

type Freshness = Extract<CompleteOutcome, { outcome: 'identity' }>['freshness'];

/** Checks what a browser brings back from an identity provider; every answer counts once. */
export function createCompletion(parts: RoundTripParts & { log: Log }): SignIn['complete'] {
  const { clock, connections, flows, connector, log } = parts;

  async function check(answer: CompleteSignIn): Promise<CompleteOutcome> {
    const state = onlyValue(answer.callbackUrl, 'state');
    const interactionUid = uidIn(state);
    const expired = problem('federation.expired', 'unknown, used or expired state', interactionUid);
    const seen = await flows.peek(state);
    if (!seen) return expired;
    if (!equalInConstantTime(seen.browserHash, answer.browserHash))
      return problem('federation.expired', 'answer in another browser', interactionUid);
    const flow = await flows.take(state);
    if (!flow) return expired;
    if (flow.connectionId !== answer.connectionId)
      return problem(
        'federation.invalid-answer',
        'answer at the redirect URI of another connection',
        interactionUid,
      );
    const connection = await connections.byId(flow.connectionId);
    if (!connection?.enabled)
      return problem('federation.disabled', 'connection is disabled or gone', interactionUid);
    return exchange(connection, flow, state, answer.callbackUrl);
  }

  async function exchange(
    connection: Connection,
    flow: Flow,
    state: string,
    callbackUrl: URL,
  ): Promise<CompleteOutcome> {
    const { interactionUid, nonce, codeVerifier } = flow;
    const answerUrl = new URL(connections.callbackUrl(connection.id));
    answerUrl.search = callbackUrl.search;
    const result = await connector.exchange(connection, { answerUrl, state, nonce, codeVerifier });
    if (result.outcome === 'problem') return { ...result, interactionUid };
    const freshness = freshnessOf(result.identity, flow, clock.now(), connection.clockToleranceSeconds);
    if (freshness === 'stale')
      return problem(
        'federation.invalid-answer',
        'id token: auth_time is older than was asked for',
        interactionUid,
      );
    return { outcome: 'identity', identity: result.identity, flow: facts(flow), connection, freshness };
  }

  return async (answer) => {
    const outcome = await check(answer);
    if (outcome.outcome === 'problem')
      log.warn(
        { connectionId: answer.connectionId, problem: outcome.code, detail: outcome.detail },
        'a sign-in at an identity provider failed',
      );
    return outcome;
  };
}

/** Freshness is measured from the moment the person left, so that a slow log-in there stays fresh (X15). */
function freshnessOf(
  identity: UpstreamIdentity,
  flow: Flow,
  now: number,
  toleranceSeconds: number,
): Freshness | 'stale' {
  if (flow.maxAge === undefined) return 'not-asked';
  if (identity.authTime === undefined) return 'unproven';
  const earliest = flow.startedAt - (flow.maxAge + toleranceSeconds) * 1_000;
  const latest = now + toleranceSeconds * 1_000;
  return identity.authTime >= earliest && identity.authTime <= latest ? 'proven' : 'stale';
}

function facts({ interactionUid, connectionId, startedAt, reauthOf }: Flow): SignInFlow {
  return { interactionUid, connectionId, startedAt, ...(reauthOf && { reauthOf }) };
}

function problem(
  code: SignInProblemCode,
  detail: string,
  interactionUid: string | undefined,
): CompleteOutcome {
  return { outcome: 'problem', code, detail, ...(interactionUid && { interactionUid }) };
}

/** A parameter given twice is as good as none (RFC 6749 3.1). */
function onlyValue(url: URL, name: string): string {
  const [value = '', ...more] = url.searchParams.getAll(name);
  return more.length > 0 ? '' : value;
}

function uidIn(state: string): string | undefined {
  return /^([\w-]{1,64})\.[\w-]+$/.exec(state)?.[1];
}
