import { z } from 'zod';
import { passkeyNameRefusal } from '#credentials';
import { defineRoute, formFields, narrowed, type Route, type RouteContext, renderPage } from '#http';
import { type FormData, formatInstant } from '#rendering';
import type { Freshness, SignedIn } from '#sessions';
import { SAVE_PATH } from './code-to-save.ts';
import { frameOf, go, noticeOf } from './frame.ts';
import type { ProfileParts } from './parts.ts';
import { askFirst } from './question.ts';
import { removeMethod, whyItStays } from './remove-method.ts';
import { maySetUpPasskey, standingOf } from './standing.ts';

const HOME = '/profile/security';
const PATH = `${HOME}/passkeys`;
const ADD = `${PATH}/add`;
const REMOVE = `${PATH}/remove`;

/** X34: no factor changes on a sign-in alone, nor the name by which the person knows which one to remove. */
const BOTH: Freshness = { primary: true, factor: true };

/** As the page of a passkey to be removed, and its form, name it. */
const removePath = (id: string) => `${REMOVE}?${new URLSearchParams({ passkey: id })}`;
const idIn = ({ query }: RouteContext) => (typeof query['passkey'] === 'string' ? query['passkey'] : '');

/** The person's passkeys: several, each with a name; added and removed on fresh proofs. */
export function passkeyRoutes(parts: ProfileParts): Route[] {
  const { sessions, credentials } = parts;
  const mayAdd = (returnTo?: string) =>
    narrowed(sessions.signedIn(BOTH, returnTo), {
      who: 'where passkeys may be their second factor',
      isFurther: async (person) => maySetUpPasskey(await standingOf(person, parts), parts),
      otherwise: HOME,
    });
  const removal = sessions.signedIn(BOTH, (ctx) => removePath(idIn(ctx)));
  return [
    defineRoute({
      method: 'GET',
      path: PATH,
      name: 'profile.passkeys',
      who: sessions.signedIn(),
      handler: (ctx, person) => showList(ctx, parts, person),
    }),
    defineRoute({
      method: 'POST',
      path: PATH,
      name: 'profile.passkeys.rename',
      csrf: 'form',
      body: z.object({ passkey: z.string().max(1_400).default(''), name: z.string().max(200).default('') }),
      who: sessions.signedIn(BOTH, PATH),
      async handler(ctx, person, { passkey, name }) {
        const problem = nameProblem(name.trim());
        if (problem) return showList(ctx, parts, person, { id: passkey, errors: problem });
        const acting = { actor: person.account.id, origin: ctx.state.origin };
        const renamed = await credentials.passkeys.rename(person.account.id, passkey, name.trim(), acting);
        go(ctx, renamed ? `${PATH}?done=passkey-renamed` : PATH);
      },
    }),
    defineRoute({
      method: 'GET',
      path: ADD,
      name: 'profile.passkeys.add',
      who: mayAdd(),
      handler: (ctx, person) => showSetUp(ctx, parts, person),
    }),
    defineRoute({
      method: 'POST',
      path: ADD,
      name: 'profile.passkeys.add.submit',
      csrf: 'form',
      body: z.object({ passkey: z.string().default(''), name: z.string().max(200).default('') }),
      who: mayAdd(ADD),
      handler: (ctx, person, typed) => add(ctx, parts, person, typed.passkey, typed.name.trim()),
    }),
    defineRoute({
      method: 'GET',
      path: REMOVE,
      name: 'profile.passkeys.remove',
      who: removal,
      async handler(ctx, person) {
        const id = idIn(ctx);
        const own = await credentials.passkeys.list(person.account.id);
        if (!own.some((one) => one.id === id)) return go(ctx, PATH);
        const frame = frameOf(ctx, 'security', person, await standingOf(person, parts));
        askFirst(ctx, frame, 'remove-passkey', removePath(id));
      },
    }),
    defineRoute({
      method: 'POST',
      path: REMOVE,
      name: 'profile.passkeys.remove.submit',
      csrf: 'form',
      who: removal,
      async handler(ctx, person) {
        const id = idIn(ctx);
        await removeMethod(ctx, parts, person, 'passkey', removePath(id), id);
      },
    }),
  ];
}

function nameProblem(name: string): FormData['errors'] | undefined {
  const key = passkeyNameRefusal(name);
  return key && { name: { key } };
}

async function showList(
  ctx: RouteContext,
  parts: ProfileParts,
  person: SignedIn,
  problem?: { id: string; errors: FormData['errors'] },
): Promise<void> {
  const { account } = person;
  const instant = (at: number) => formatInstant(at, ctx.state.locale, account.timeZone);
  const passkeys = await parts.credentials.passkeys.list(account.id);
  if (passkeys.length === 0) return go(ctx, HOME);
  const standing = await standingOf(person, parts);
  const stays = whyItStays(standing, 'passkey', passkeys.length);
  renderPage(
    ctx,
    'self-service/profile-passkeys',
    {
      ...formFields(ctx, PATH),
      ...noticeOf(ctx),
      ...(problem?.errors && { errors: problem.errors, failed: problem.id }),
      frame: frameOf(ctx, 'security', person, standing),
      ...(stays && { stays }),
      passkeys: passkeys.map(({ id, name, kind, createdAt, lastUsedAt }) => ({
        id,
        name,
        created: instant(createdAt),
        ...(lastUsedAt !== undefined && { lastUsed: instant(lastUsedAt) }),
        synced: kind === 'swk',
        ...(!stays && { removeUrl: removePath(id) }),
      })),
      addUrl: ADD,
      backUrl: HOME,
    },
    { status: problem ? 422 : 200, path: PATH },
  );
}

/** An answer counts on this sign-in's pages alone. */
const bindingOf = ({ signIn }: SignedIn) => `profile:${signIn.uid}`;

async function showSetUp(
  ctx: RouteContext,
  { credentials }: ProfileParts,
  person: SignedIn,
  again?: { errors: FormData['errors']; name: string },
): Promise<void> {
  const data = {
    ...formFields(ctx, ADD),
    ...(again?.errors && { errors: again.errors }),
    ...(again?.name && { name: again.name }),
    options: await credentials.passkeys.creationOptions(person.account, bindingOf(person)),
    backUrl: HOME,
    voidsRecoveryCode: true,
  };
  renderPage(ctx, 'interactions/passkey-setup', data, { status: again ? 422 : 200, path: ADD });
}

async function add(
  ctx: RouteContext,
  parts: ProfileParts,
  person: SignedIn,
  answer: string,
  name: string,
): Promise<void> {
  const { account, signIn } = person;
  const { credentials, server } = parts;
  const problem = nameProblem(name);
  if (problem) return showSetUp(ctx, parts, person, { errors: problem, name });
  const again = (reason: string) =>
    showSetUp(ctx, parts, person, {
      errors: { form: { key: `credentials:passkey-${reason}` } },
      name,
    });
  if (answer === '') return again('missing');
  const acting = { actor: account.id, origin: ctx.state.origin };
  const { outcome } = await server.accountSessions.keeping(signIn.uid, () =>
    credentials.passkeys.add(account.id, answer, {
      ...acting,
      binding: bindingOf(person),
      name,
      raiseEpoch: true,
    }),
  );
  if (outcome !== 'added') return again(outcome);
  // G29, J10: each set-up ends with a new code, which voids the former.
  const recoveryCode = await credentials.recoveryCodes.issue(account.id, acting);
  await person.keepSecrets({ recoveryCode });
  go(ctx, SAVE_PATH);
}
