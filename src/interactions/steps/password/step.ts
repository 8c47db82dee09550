import { z } from 'zod';
import { isTooLong } from '#credentials';
import { forgotPasswordPath } from '../../forgot-password-path.ts';
import type { Services } from '../../services.ts';
import { type Again, problemsOf, type Shown, type Step, type Visit, wrong } from '../../step.ts';
import { findCandidate } from './find-candidate.ts';
import { tellOwner } from './tell-owner.ts';

const fields = z.object({ password: z.string().default(''), username: z.string().optional() });

/** F3, O6: the ways out. */
function lockedPage({ identifier, pending, pathOf }: Visit): Shown {
  const email = identifier?.display ?? '';
  const data = { email, changeUrl: pathOf('identify'), resetUrl: forgotPasswordPath(pending, email) };
  return { view: 'interactions/account-locked', data, status: 403 };
}

const tooManyTries = (minutes: number): Again => ({
  ...wrong('form', 'interactions:errors.password-throttled', { minutes }),
  status: 429,
});

/** B3, B4. One refusal for unknown, wrong, inactive, locked and SSO-only people, after the same work (B10, X28). */
export function createPassword(services: Services): Step {
  const { credentials, clock } = services;

  return {
    name: 'password',
    fields,
    async show({ form, pending, identifier, pathOf }, again) {
      const email = identifier?.display ?? '';
      return {
        view: 'interactions/password',
        data: {
          ...form('password'),
          ...problemsOf(again),
          email,
          changeUrl: pathOf('identify'),
          forgotPasswordUrl: forgotPasswordPath(pending, email),
          current: pending.client.ownPage && pending.session !== undefined,
        },
      };
    },
    async submit(visit, form) {
      const password = form['password'] ?? '';
      if (password === '') return wrong('password', 'credentials:password-required');
      // Told apart from a wrong one before anything is hashed (X37).
      if (isTooLong(password)) return wrong('password', 'credentials:password-too-long');
      const { account, retired, policy, proven } = await findCandidate(services, visit.identifier);
      const knownDevice = visit.knownDevice(account);
      const verifying = credentials.passwords.verify({
        account,
        password,
        origin: visit.origin,
        ...(policy && { lockout: policy.lockout }),
        ...(knownDevice !== undefined && { knownDevice }),
      });
      // Beside the slow hash: an address that gets a mail is answered no later than others (B10).
      const [verdict] = await Promise.all([
        verifying,
        account ? undefined : tellOwner(services, visit, retired),
      ]);
      if (knownDevice !== undefined) {
        // C5: only where the person has logged in before is anything said of a lock.
        if (verdict.outcome === 'locked') return { outcome: 'shown', page: lockedPage(visit) };
        if (verdict.outcome === 'throttled') return tooManyTries(verdict.windowMinutes);
      }
      if (verdict.outcome !== 'ok' || !account || !proven) {
        return { ...wrong('password', 'interactions:errors.credentials'), status: 401 };
      }
      const proof = {
        kind: 'password' as const,
        accountId: account.id,
        epoch: account.epoch,
        at: clock.now(),
        version: verdict.version,
      };
      await visit.save((progress) => ({ ...progress, identifier: proven, primary: proof }));
      return { outcome: 'saved' };
    },
  };
}
