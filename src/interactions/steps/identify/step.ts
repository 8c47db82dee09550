import { z } from 'zod';
import { parseEmail } from '#kernel';
import { forgotPasswordPath } from '../../forgot-password-path.ts';
import { withIdentifier } from '../../progress.ts';
import type { Services } from '../../services.ts';
import { problemsOf, type Step, type Visit } from '../../step.ts';
import { signInByPasskey } from './sign-in-by-passkey.ts';

const fields = z.object({
  email: z.string().max(1_000).default(''),
  /** What the browser answers where a passkey signs in, instead of an address. */
  passkey: z.string().optional(),
});
const singlePageFields = fields.extend({ password: z.string().optional() });

/** Before something of the account changes, our own pages want the password (G27), also of whoever has dropped the session's cookie. */
const takesPasskeys = ({ pending, facts }: Visit) =>
  !(pending.client.ownPage && (pending.session || facts.prompts.has('login')));

/**
 * B2: the address alone; its domain decides where the person signs in. The same answer for every address (A3).
 * On a single page (B5) the password stands below it and is handed on for the password step, where that is next.
 */
export function createIdentify(services: Services): Step {
  const { passkeys } = services.credentials;
  return {
    name: 'identify',
    fields: services.singlePage ? singlePageFields : fields,
    async show(visit, again) {
      const { form, facts, progress, pending } = visit;
      const email = progress.identifier?.display ?? pending.params['login_hint'];
      const typed = again?.typed?.['email'] ?? email ?? facts.account?.email;
      const forgotPasswordUrl = forgotPasswordPath(pending, typed);
      return {
        view: 'interactions/identify',
        data: {
          ...form('identify'),
          ...problemsOf(again),
          forgotPasswordUrl,
          singlePage: services.singlePage,
          ...(typed && { email: typed }),
          ...(passkeys.available &&
            takesPasskeys(visit) && { passkeyOptions: passkeys.signInOptions(pending.cid) }),
        },
      };
    },
    async submit(visit, form) {
      if (form['passkey'] && takesPasskeys(visit)) return signInByPasskey(visit, form['passkey'], services);
      const typed = form['email'] ?? '';
      const email = parseEmail(typed);
      if (!email) {
        const key =
          typed.trim() === '' ? 'interactions:errors.email-required' : 'interactions:errors.email-invalid';
        return {
          outcome: 'again',
          errors: { email: { key } },
          typed: { email: typed },
        };
      }
      await visit.save((progress) => withIdentifier(progress, email));
      if (!services.singlePage) return { outcome: 'saved' };
      return { outcome: 'saved', handOn: { step: 'password', form: { password: form['password'] ?? '' } } };
    },
  };
}
