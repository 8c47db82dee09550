import { z } from 'zod';
import type { Account } from '#accounts';
import { actedBy } from '#audit';
import { isExpiringSoon } from '#credentials';
import { ownNameOf } from '#federation';
import { defineRoute, formFields, type Route, type RouteContext, renderPage } from '#http';
import { formatDays, formatInstant, type ViewData } from '#rendering';
import type { SignedIn } from '#sessions';
import { frameOf, go, noticeOf } from './frame.ts';
import type { ProfileParts } from './parts.ts';
import { askFirst } from './question.ts';
import { whyItStays } from './remove-method.ts';
import { maySetUpEmailCode, maySetUpPasskey, maySetUpPhone, type Standing, standingOf } from './standing.ts';
import { mailOfChange } from './tell-of-change.ts';

const PATH = '/profile/security';
const ALWAYS = `${PATH}/always-require`;
const ALWAYS_OFF = `${ALWAYS}/off`;

/** "Password & Security": what the person proves themselves with, and whether each log-in asks for a second step (G26, H17). */
export function securityRoutes(parts: ProfileParts): Route[] {
  const { sessions } = parts;
  return [
    defineRoute({
      method: 'GET',
      path: PATH,
      name: 'profile.security',
      who: sessions.signedIn(),
      handler: (ctx, person) => show(ctx, parts, person),
    }),
    defineRoute({
      method: 'POST',
      path: ALWAYS,
      name: 'profile.always-require',
      csrf: 'form',
      body: z.object({ always: z.literal('on').optional() }),
      who: sessions.signedIn({}, PATH),
      async handler(ctx, person, { always }) {
        if (always !== 'on') return go(ctx, ALWAYS_OFF);
        await setAlways(ctx, parts, person, true);
      },
    }),
    defineRoute({
      method: 'GET',
      path: ALWAYS_OFF,
      name: 'profile.always-require-off',
      who: sessions.signedIn({ primary: true, factor: true }),
      async handler(ctx, person) {
        const standing = await standingOf(person, parts);
        if (standing.policy.mfa.enforced) return go(ctx, PATH);
        askFirst(ctx, frameOf(ctx, 'security', person, standing), 'always-require-off', ALWAYS_OFF);
      },
    }),
    defineRoute({
      method: 'POST',
      path: ALWAYS_OFF,
      name: 'profile.always-require-off.submit',
      csrf: 'form',
      who: sessions.signedIn({ primary: true, factor: true }, ALWAYS_OFF),
      async handler(ctx, person) {
        // Locked while some company enforces: checked here, whatever page was sent (H17).
        if ((await standingOf(person, parts)).policy.mfa.enforced) return go(ctx, PATH);
        await setAlways(ctx, parts, person, false);
      },
    }),
  ];
}

async function setAlways(
  ctx: RouteContext,
  parts: ProfileParts,
  { account }: SignedIn,
  on: boolean,
): Promise<void> {
  const change = on ? 'always-require-on' : 'always-require-off';
  const emit = [
    parts.audit.emission({
      type: 'account.second-factor-setting-changed',
      ...actedBy({ actor: account.id, origin: ctx.state.origin }),
      accountId: account.id,
      details: { change },
    }),
    mailOfChange(ctx, parts, account, change),
  ];
  const set = ({ trustEpoch = 0, ...stored }: Account) => ({
    ...stored,
    alwaysSecondFactor: on,
    // Ends devices that a log-in of this moment makes, too, and needs no other write: never do they count again.
    trustEpoch: on ? trustEpoch + 1 : trustEpoch,
  });
  await parts.accounts.update(account.id, set, { emit: () => emit });
  if (on) await parts.trustedDevices.endAll(ctx, account);
  go(ctx, `${PATH}?done=${change}`);
}

async function show(ctx: RouteContext, parts: ProfileParts, person: SignedIn): Promise<void> {
  const standing = await standingOf(person, parts);
  const { account } = person;
  const instant = (at: number) => formatInstant(at, ctx.state.locale, account.timeZone);
  const [password, recovery] = await Promise.all([
    parts.credentials.passwords.state(account.id),
    parts.credentials.recoveryCodes.status(account.id),
  ]);
  const endsAt = parts.credentials.passwords.expiry(password, standing.policy.password.expiryDays.value);
  const { mfa } = standing.policy;
  const recoveryCreated = recovery.createdAt !== undefined ? { created: instant(recovery.createdAt) } : {};
  const lockedBy = mfa.enforced ? standing.companies.find(({ id }) => id === mfa.from)?.name : undefined;
  renderPage(
    ctx,
    'self-service/profile-security',
    {
      ...formFields(ctx, PATH),
      ...noticeOf(ctx),
      frame: frameOf(ctx, 'security', person, standing),
      password: passwordView(standing, {
        ...(password.changedAt !== undefined && { changed: instant(password.changedAt) }),
        ...(endsAt !== undefined &&
          isExpiringSoon(endsAt, parts.clock.now()) && { expires: instant(endsAt) }),
      }),
      factors: await factorRows(parts, person, standing, instant),
      unavailable: !mfa.available,
      ...(standing.hasMethod && {
        recoveryCode: { ...recoveryCreated, requestUrl: `${PATH}/recovery-code` },
        alwaysRequire: {
          ...formFields(ctx, ALWAYS),
          on: mfa.enforced || account.alwaysSecondFactor !== false,
          ...(lockedBy && { lockedBy }),
          ...(mfa.trust && { trustedPeriod: formatDays(mfa.trust.days, ctx.state.locale) }),
        },
      }),
    },
    { path: PATH },
  );
}

function passwordView(
  { route }: Standing,
  dates: { changed?: string; expires?: string },
): ViewData['self-service/profile-security']['password'] {
  if (route.outcome !== 'local') {
    return { kind: 'sso', companyName: route.company.name, ...ownNameOf(route) };
  }
  return { kind: 'local', changeUrl: `${PATH}/password`, ...dates };
}

/** One row a method; what is enrolled stays in sight where new ones are not offered. */
async function factorRows(
  { credentials }: ProfileParts,
  { account }: SignedIn,
  standing: Standing,
  instant: (at: number) => string,
): Promise<ViewData['self-service/profile-security']['factors']> {
  const [app, phone, passkey] = await Promise.all([
    credentials.totp.status(account.id),
    credentials.phones.status(account.id),
    credentials.passkeys.status(account.id),
  ]);
  const mayAddEmailCode = maySetUpEmailCode(standing);
  const mayAddPhone = maySetUpPhone(standing, { credentials });
  const { available } = standing.policy.mfa;
  const rows: ViewData['self-service/profile-security']['factors'] = [
    {
      id: 'totp',
      enrolled: app.enrolled,
      ...(app.enrolledAt !== undefined && { detail: instant(app.enrolledAt) }),
      setUpUrl: `${PATH}/authenticator`,
      ...(app.enrolled && removal(standing, 'totp', `${PATH}/authenticator/remove`)),
    },
    {
      id: 'sms',
      enrolled: phone.exists,
      ...(phone.masked && { detail: phone.masked }),
      ...(mayAddPhone && { setUpUrl: `${PATH}/phone` }),
      ...(phone.exists && removal(standing, 'sms', `${PATH}/phone/remove`)),
    },
    {
      id: 'passkey',
      enrolled: standing.hasPasskey,
      ...(standing.hasPasskey && { detail: String(passkey.count) }),
      setUpUrl: `${PATH}/passkeys${standing.hasPasskey ? '' : '/add'}`,
    },
    {
      id: 'email',
      enrolled: standing.hasEmailCode,
      ...(standing.hasEmailCode && {
        detail: account.email,
        ...removal(standing, 'email', `${PATH}/email-code/remove`),
      }),
      ...(mayAddEmailCode && { setUpUrl: `${PATH}/email-code` }),
    },
  ];
  const offered = {
    totp: available,
    sms: mayAddPhone,
    passkey: maySetUpPasskey(standing, { credentials }),
    email: mayAddEmailCode,
  };
  return rows.filter(({ id, enrolled }) => enrolled || offered[id]);
}

/** The link, or the sentence in its place: nobody proves themselves for what is refused afterwards (K8). */
function removal(standing: Standing, kind: 'totp' | 'sms' | 'email', removeUrl: string) {
  const stays = whyItStays(standing, kind);
  return stays ? { stays } : { removeUrl };
}
