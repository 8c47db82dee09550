import { z } from 'zod';
import { type Admission, defineRoute, formFields, type Route, type RouteContext, renderPage } from '#http';
import type { FormData } from '#rendering';
import { FRESH_MS, type SignedIn } from '#sessions';
import { codeToSave, SAVE_PATH } from './code-to-save.ts';
import { frameOf, go } from './frame.ts';
import type { ProfileParts } from './parts.ts';
import { askFirst } from './question.ts';
import { standingOf } from './standing.ts';
import { mailOfChange } from './tell-of-change.ts';

const HOME = '/profile/security';
const PATH = `${HOME}/recovery-code`;
const FILENAME = 'recovery-code.txt';

/** "Request New Code" (J7–J9): after a fresh second factor, a code that voids the former; shown until it is saved. */
export function recoveryCodeRoutes(parts: ProfileParts): Route[] {
  const { sessions } = parts;
  return [
    defineRoute({
      method: 'GET',
      path: PATH,
      name: 'profile.recovery-code',
      who: sessions.signedIn({ factor: true }),
      async handler(ctx, person) {
        const standing = await standingOf(person, parts);
        if (!standing.hasMethod) return go(ctx, HOME);
        askFirst(ctx, frameOf(ctx, 'security', person, standing), 'recovery-code', PATH);
      },
    }),
    defineRoute({
      method: 'POST',
      path: PATH,
      name: 'profile.recovery-code.submit',
      csrf: 'form',
      who: sessions.signedIn({ factor: true }, PATH),
      handler: (ctx, person) => issue(ctx, parts, person),
    }),
    defineRoute({
      method: 'GET',
      path: SAVE_PATH,
      name: 'profile.recovery-code.save',
      who: reader(parts),
      handler: (ctx, person) => showCode(ctx, parts, person),
    }),
    defineRoute({
      method: 'POST',
      path: SAVE_PATH,
      name: 'profile.recovery-code.save.submit',
      csrf: 'form',
      body: z.object({ saved: z.string().optional() }),
      who: sessions.signedIn({}, SAVE_PATH),
      async handler(ctx, person, { saved }) {
        // To forget it proves nothing; to read it once more does.
        const forgets = saved === 'yes' && ctx.query['download'] !== 'yes';
        const may = forgets ? person : await reader(parts).admit(ctx);
        if (may) await saveCode(ctx, parts, may, saved === 'yes');
      },
    }),
  ];
}

/** J8, X34: a code that was made a while ago is shown on the proof alone that a new one wants. */
function reader({ sessions, clock }: ProfileParts): Admission<SignedIn> {
  const signedIn = sessions.signedIn({}, SAVE_PATH);
  const proven = sessions.signedIn({ factor: true }, SAVE_PATH);
  return {
    who: `${signedIn.who}, with a second factor as fresh as the code that is shown`,
    async admit(ctx) {
      const person = await signedIn.admit(ctx);
      const { recoveryCode, keptAt = 0 } = person?.secrets ?? {};
      return !recoveryCode || clock.now() - keptAt < FRESH_MS ? person : proven.admit(ctx);
    },
  };
}

async function issue(ctx: RouteContext, parts: ProfileParts, person: SignedIn): Promise<void> {
  const { account } = person;
  if (!(await standingOf(person, parts)).hasMethod) return go(ctx, HOME);
  const acting = { actor: account.id, origin: ctx.state.origin };
  const mail = mailOfChange(ctx, parts, account, 'recovery-code-issued');
  const recoveryCode = await parts.credentials.recoveryCodes.issue(account.id, acting, [mail]);
  await person.keepSecrets({ recoveryCode });
  go(ctx, SAVE_PATH);
}

async function showCode(
  ctx: RouteContext,
  { credentials }: ProfileParts,
  person: SignedIn,
  errors?: FormData['errors'],
): Promise<void> {
  const code = await codeShownTo(person, credentials);
  if (!code) return go(ctx, HOME);
  renderPage(
    ctx,
    'interactions/save-recovery-code',
    {
      ...formFields(ctx, SAVE_PATH),
      ...(errors && { errors }),
      codeGroups: groupsOf(code),
      downloadAction: `${SAVE_PATH}?download=yes`,
    },
    { status: errors ? 422 : 200, path: SAVE_PATH },
  );
}

/** "Download" is a second form of the page; "Continue" wants the box ticked (G21–G23). */
async function saveCode(
  ctx: RouteContext,
  parts: ProfileParts,
  person: SignedIn,
  saved: boolean,
): Promise<void> {
  const code = await codeShownTo(person, parts.credentials);
  if (code && ctx.query['download'] === 'yes') {
    ctx.attachment(FILENAME);
    ctx.type = 'text/plain';
    ctx.body = `${groupsOf(code).join(' ')}\n`;
    return;
  }
  if (code && !saved)
    return showCode(ctx, parts, person, { saved: { key: 'interactions:errors.saved-required' } });
  if (code) await parts.credentials.recoveryCodes.confirmSaved(person.account.id);
  await person.keepSecrets({});
  go(ctx, code ? `${HOME}?done=recovery-code` : HOME);
}

async function codeShownTo(person: SignedIn, { recoveryCodes }: ProfileParts['credentials']) {
  return codeToSave(person, (await recoveryCodes.status(person.account.id)).createdAt);
}

const groupsOf = (code: string) => code.match(/.{1,4}/g) ?? [];
