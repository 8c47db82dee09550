import { z } from 'zod';
import { defineRoute, formFields, type Route, type RouteContext, renderPage } from '#http';
import type { TextRef } from '#rendering';
import type { Freshness, SignedIn } from '#sessions';
import { SAVE_PATH } from './code-to-save.ts';
import { frameOf, go } from './frame.ts';
import type { ProfileParts } from './parts.ts';
import { askFirst } from './question.ts';
import { removeMethod } from './remove-method.ts';
import { type Standing, standingOf } from './standing.ts';

const HOME = '/profile/security';
const PATH = `${HOME}/authenticator`;
const REMOVE = `${PATH}/remove`;

/** X34: no factor changes on a sign-in alone. */
const BOTH: Freshness = { primary: true, factor: true };

/** "Add Authenticator App", "Change Authenticator App" (K3, K4): the old app is good until a code proves the new one. */
export function authenticatorRoutes(parts: ProfileParts): Route[] {
  const { sessions } = parts;
  return [
    defineRoute({
      method: 'GET',
      path: PATH,
      name: 'profile.authenticator',
      who: sessions.signedIn(BOTH),
      async handler(ctx, person) {
        if (!maySetUp(await standingOf(person, parts))) return go(ctx, HOME);
        await showSetUp(ctx, parts, person);
      },
    }),
    defineRoute({
      method: 'POST',
      path: PATH,
      name: 'profile.authenticator.submit',
      csrf: 'form',
      body: z.object({ code: z.string().max(200).default('') }),
      who: sessions.signedIn(BOTH, PATH),
      async handler(ctx, person, { code }) {
        if (!maySetUp(await standingOf(person, parts))) return go(ctx, HOME);
        await setUp(ctx, parts, person, code.replace(/[\s\-–.]/gu, ''));
      },
    }),
    defineRoute({
      method: 'GET',
      path: REMOVE,
      name: 'profile.authenticator.remove',
      who: sessions.signedIn(BOTH),
      async handler(ctx, person) {
        const standing = await standingOf(person, parts);
        if (!standing.hasApp) return go(ctx, HOME);
        askFirst(ctx, frameOf(ctx, 'security', person, standing), 'remove-authenticator', REMOVE);
      },
    }),
    defineRoute({
      method: 'POST',
      path: REMOVE,
      name: 'profile.authenticator.remove.submit',
      csrf: 'form',
      who: sessions.signedIn(BOTH, REMOVE),
      handler: (ctx, person) => removeMethod(ctx, parts, person, 'totp', REMOVE),
    }),
  ];
}

/** G30, G32: where a company offers it, or in the place of what is there. */
const maySetUp = ({ policy, hasMethod }: Standing) => policy.mfa.available || hasMethod;

async function showSetUp(
  ctx: RouteContext,
  { credentials }: ProfileParts,
  { account, secrets, keepSecrets }: SignedIn,
  problem?: { text: TextRef; status: number },
): Promise<void> {
  const { totp } = credentials;
  const kept = secrets.totpSecret;
  const shown = kept ? await totp.describe(account, kept) : await totp.begin(account);
  if (!kept) await keepSecrets({ ...secrets, totpSecret: shown.secret });
  const data = {
    ...formFields(ctx, PATH),
    ...(problem && { errors: { code: problem.text } }),
    qrImage: shown.qrImage,
    secretGroups: shown.groups,
    accountLabel: shown.accountLabel,
    backUrl: HOME,
    voidsRecoveryCode: true,
  };
  renderPage(ctx, 'interactions/authenticator-setup', data, { status: problem?.status ?? 200, path: PATH });
}

async function setUp(ctx: RouteContext, parts: ProfileParts, person: SignedIn, code: string): Promise<void> {
  const { account, signIn, secrets } = person;
  const { credentials, server } = parts;
  const secret = secrets.totpSecret;
  if (!secret) return go(ctx, PATH);
  const again = (key: string, status = 422) => showSetUp(ctx, parts, person, { text: { key }, status });
  if (code === '') return again('credentials:code-required');
  if (!/^\d{6}$/.test(code)) return again('credentials:code-format');
  const acting = { actor: account.id, origin: ctx.state.origin };
  const { outcome } = await server.accountSessions.keeping(signIn.uid, () =>
    credentials.totp.confirm(account.id, secret, code, { ...acting, raiseEpoch: true }),
  );
  if (outcome === 'throttled') return again('credentials:too-many-tries', 429);
  if (outcome !== 'enrolled') return again('credentials:code-wrong');
  // G29, J10: each set-up ends with a new code, which voids the former.
  const recoveryCode = await credentials.recoveryCodes.issue(account.id, acting);
  await person.keepSecrets({ recoveryCode });
  go(ctx, SAVE_PATH);
}
