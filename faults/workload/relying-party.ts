import { authorizationRequest, REDIRECT_URI } from '../../test/support/authorization-request.ts';
import { digest, type PendingOperation, type Recorder } from '../history/recorder.ts';
import { Doubtful } from './send.ts';

export interface Request {
  url: string;
  verifier: string;
}

/** The tokens of one grant as their relying party knows them. */
export interface Family {
  id: string;
  session: string;
  refreshToken: string;
  accessToken: string;
}

/** What an operation came to; nothing when nobody knows. */
export type Known<T> = T | undefined;

/** A relying party that records all it asks for. It checks no ID tokens: other tests do. */
export interface RecordedParty {
  request(params?: Record<string, string>): Request;
  redeem(actor: string, code: string, verifier: string, session: string): Promise<Known<Family | 'refused'>>;
  /** Moves the family on when it is answered. */
  refresh(actor: string, family: Family, token?: string): Promise<Known<'rotated' | 'refused'>>;
  userinfo(actor: string, family: Family): Promise<void>;
  introspect(actor: string, family: Family): Promise<void>;
  revoke(actor: string, family: Family): Promise<void>;
}

const AUTHORIZATION = `Basic ${Buffer.from('portal:portal-secret').toString('base64')}`;

export function recordedParty(issuer: string, recorder: Recorder, send: typeof fetch): RecordedParty {
  let families = 0;

  const post = (path: string, form: Record<string, string>) =>
    send(issuer + path, {
      method: 'POST',
      headers: { authorization: AUTHORIZATION, accept: 'application/json' },
      body: new URLSearchParams(form),
    });

  async function decided(
    pending: PendingOperation,
    ask: () => Promise<Response>,
    answer: (response: Response) => Promise<void>,
  ): Promise<void> {
    try {
      await answer(await ask());
    } catch (error) {
      if (!(error instanceof Doubtful)) throw error;
      pending.unknown(error.message);
    }
  }

  async function refused(response: Response): Promise<string> {
    const { error } = (await response.json()) as { error?: string };
    return `${response.status} ${error ?? ''}`;
  }

  return {
    request(params) {
      const { path, verifier } = authorizationRequest(params);
      return { url: issuer + path, verifier };
    },

    async redeem(actor, code, verifier, session) {
      const pending = recorder.invoke(actor, 'redeem', { code: digest(code), session });
      let result: Known<Family | 'refused'>;
      const grant = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI };
      await decided(
        pending,
        () => post('/token', { ...grant, code_verifier: verifier }),
        async (response) => {
          if (!response.ok) {
            pending.fail(await refused(response));
            result = 'refused';
            return;
          }
          const tokens = await tokensIn(response);
          result = { id: `f${++families}`, session, ...tokens };
          pending.ok({
            family: result.id,
            refresh: digest(tokens.refreshToken),
            access: digest(tokens.accessToken),
          });
        },
      );
      return result;
    },

    async refresh(actor, family, token = family.refreshToken) {
      const pending = recorder.invoke(actor, 'refresh', { family: family.id, token: digest(token) });
      let result: Known<'rotated' | 'refused'>;
      await decided(
        pending,
        () => post('/token', { grant_type: 'refresh_token', refresh_token: token }),
        async (response) => {
          if (!response.ok) {
            pending.fail(await refused(response));
            result = 'refused';
            return;
          }
          const tokens = await tokensIn(response);
          pending.ok({ successor: digest(tokens.refreshToken), access: digest(tokens.accessToken) });
          if (token === family.refreshToken) Object.assign(family, tokens);
          result = 'rotated';
        },
      );
      return result;
    },

    async userinfo(actor, { id, accessToken }) {
      const facts = { family: id, token: digest(accessToken), at: 'userinfo' };
      const pending = recorder.invoke(actor, 'use', facts);
      await decided(
        pending,
        () => send(`${issuer}/me`, { headers: { authorization: `Bearer ${accessToken}` } }),
        async (response) => (response.ok ? pending.ok() : pending.fail(String(response.status))),
      );
    },

    async introspect(actor, { id, accessToken }) {
      const facts = { family: id, token: digest(accessToken), at: 'introspection' };
      const pending = recorder.invoke(actor, 'use', facts);
      await decided(
        pending,
        () => post('/token/introspection', { token: accessToken }),
        async (response) => {
          const { active } = (await response.json()) as { active?: boolean };
          if (active === true) pending.ok();
          else pending.fail(`${response.status} inactive`);
        },
      );
    },

    async revoke(actor, { id, refreshToken }) {
      const pending = recorder.invoke(actor, 'revoke', { family: id });
      await decided(
        pending,
        () => post('/token/revocation', { token: refreshToken }),
        async (response) => (response.ok ? pending.ok() : pending.fail(await refused(response))),
      );
    },
  };
}

async function tokensIn(response: Response): Promise<{ refreshToken: string; accessToken: string }> {
  const body = (await response.json()) as { refresh_token?: string; access_token?: string };
  if (!body.refresh_token || !body.access_token) throw new Error('an answer without tokens');
  return { refreshToken: body.refresh_token, accessToken: body.access_token };
}
