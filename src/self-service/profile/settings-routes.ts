import { z } from 'zod';
import { actedBy } from '#audit';
import { type Company, isTimeZone, loginNameOf } from '#companies';
import { defineRoute, formFields, type Route, type RouteContext, renderPage } from '#http';
import { isLocale } from '#i18n';
import { parseEmail } from '#kernel';
import type { FormData, TextRef } from '#rendering';
import type { SignedIn } from '#sessions';
import { CANCEL_PATH } from './email-routes.ts';
import { frameOf, go, noticeOf } from './frame.ts';
import type { ProfileParts } from './parts.ts';
import { isSso, type Standing, standingOf } from './standing.ts';

const PATH = '/profile';

const form = z.object({
  name: z.string().max(1_000).default(''),
  language: z.string().max(20).default(''),
  timeZone: z.string().max(100).default(''),
});
type Settings = z.infer<typeof form>;

/** Name, language and time zone of the person; their companies, and the way to another one (A17). */
export function settingsRoutes(parts: ProfileParts): Route[] {
  const { sessions } = parts;
  return [
    defineRoute({
      method: 'GET',
      path: PATH,
      name: 'profile',
      who: sessions.signedIn(),
      handler: (ctx, person) => show(ctx, parts, person, settingsOf(person)),
    }),
    defineRoute({
      method: 'POST',
      path: PATH,
      name: 'profile.submit',
      csrf: 'form',
      body: form,
      who: sessions.signedIn({}, PATH),
      async handler(ctx, person, settings) {
        const errors = problemsOf(settings);
        if (errors) return show(ctx, parts, person, settings, errors);
        await save(person, settings, ctx, parts);
        // The language link's own way, so that the pages speak it from now on (P4).
        go(ctx, `${PATH}?done=settings${isLocale(settings.language) ? `&lang=${settings.language}` : ''}`);
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/switch-company',
      name: 'switch-company',
      who: sessions.signedIn(),
      async handler(ctx, person) {
        const memberships = await parts.companies.activeMembershipsOf(person.account.id);
        if (memberships.length < 2) return go(ctx, PATH);
        await sessions.chooseCompany(ctx, PATH);
      },
    }),
  ];
}

function settingsOf({ account }: SignedIn): Settings {
  return { name: account.name, language: account.locale ?? '', timeZone: account.timeZone ?? '' };
}

function problemsOf({ name, language, timeZone }: Settings): FormData['errors'] | undefined {
  const errors: Partial<Record<string, TextRef>> = {};
  if (!/^[^\p{Cc}\p{Zl}\p{Zp}]{1,200}$/u.test(name.trim())) errors['name'] = { key: 'profile:errors.name' };
  if (language !== '' && !isLocale(language)) errors['form'] = { key: 'profile:errors.language' };
  if (timeZone !== '' && !isTimeZone(timeZone)) errors['timeZone'] = { key: 'profile:errors.time-zone' };
  return Object.keys(errors).length > 0 ? errors : undefined;
}

async function save(
  { account }: SignedIn,
  { name, language, timeZone }: Settings,
  ctx: RouteContext,
  { accounts, audit }: ProfileParts,
): Promise<void> {
  const acting = actedBy({ actor: account.id, origin: ctx.state.origin });
  const event = audit.emission({ type: 'account.changed', ...acting, accountId: account.id });
  await accounts.update(
    account.id,
    ({ locale: _former, timeZone: _zone, ...rest }) => ({
      ...rest,
      name: name.trim(),
      ...(isLocale(language) && { locale: language }),
      ...(timeZone !== '' && { timeZone }),
    }),
    { emit: () => [event] },
  );
}

/** A log-in name is the company's to give (A5): shown, not changed here, and only where it leads this person in. */
async function companyRow(
  { federation }: ProfileParts,
  company: Company,
  { companyId }: SignedIn,
  { memberships, route }: Standing,
) {
  const membership = memberships.find((one) => one.companyId === company.id);
  const loginName = membership && loginNameOf(company, membership);
  const name = loginName && parseEmail(loginName);
  const leadsIn = name && (await federation.routing.route(name)).outcome === route.outcome;
  return { name: company.name, current: company.id === companyId, ...(leadsIn && { loginName }) };
}

async function show(
  ctx: RouteContext,
  parts: ProfileParts,
  person: SignedIn,
  settings: Settings,
  errors?: FormData['errors'],
): Promise<void> {
  const standing = await standingOf(person, parts);
  const pending = await parts.credentials.addressChanges.pending(person.account);
  const data = {
    ...formFields(ctx, PATH),
    ...(errors ? { errors } : noticeOf(ctx)),
    frame: frameOf(ctx, 'settings', person, standing),
    ...settings,
    timeZones: Intl.supportedValuesOf('timeZone'),
    ...(!isSso(standing) && { changeEmailUrl: `${PATH}/email` }),
    ...(pending && {
      pendingEmail: {
        address: pending.newAddress,
        newConfirmed: pending.newConfirmed,
        oldConfirmed: pending.oldConfirmed,
        cancel: formFields(ctx, CANCEL_PATH),
      },
    }),
    companies: await Promise.all(
      standing.companies.map((company) => companyRow(parts, company, person, standing)),
    ),
  };
  renderPage(ctx, 'self-service/profile', data, { status: errors ? 422 : 200, path: PATH });
}
