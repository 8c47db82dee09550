import { z } from 'zod';
import type { Account } from '#accounts';
import { effectivePolicy } from '#companies';
import { isTooLong } from '#credentials';
import { parseEmail } from '#kernel';
import { forgotPasswordPath } from '../../forgot-password-path.ts';
import type { Services } from '../../services.ts';
import { type Again, problemsOf, type Shown, type Step, type Visit, wrong } from '../../step.ts';

const fields = z.object({ password: z.string().default(''), username: z.string().optional() });

/** Of an identifier, where a password may be asked: by a log-in name never of people who sign in elsewhere (B6). */
const LOGS_IN_HERE: ReadonlySet<string> = new Set(['primary', 'name']);

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
  const { credentials, messages } = services;

  /** The strictest lock-out of the person's companies; work that is done for unknown people, too. */
  async function candidate(visit: Visit) {
    const address = visit.identifier;
    const resolved = address && (await services.identifiers.resolve(address));
    const account = resolved && LOGS_IN_HERE.has(resolved.state) ? resolved.account : undefined;
    const memberships = await services.companies.activeMembershipsOf(account?.id ?? 'nobody');
    const companies = await services.companies.getMany(memberships.map(({ companyId }) => companyId));
    const policy =
      account &&
      effectivePolicy({
        account,
        memberships,
        companies,
        signIn: { kind: 'local' },
        now: services.clock.now(),
      });
    return {
      account,
      retired: resolved?.state === 'retired' ? resolved.account : undefined,
      policy,
      /** From the proof on the account's own address is what counts, whatever name was typed. */
      proven: resolved?.state === 'name' ? parseEmail(resolved.account.email) : address,
    };
  }

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
      const { account, retired, policy, proven } = await candidate(visit);
      const knownDevice = visit.knownDevice(account);
      const verifying = credentials.passwords.verify({
        account,
        password,
        origin: visit.origin,
        ...(policy && { lockout: policy.lockout }),
        ...(knownDevice !== undefined && { knownDevice }),
      });
      // Beside the slow hash: an address that gets a mail is answered no later than others (B10).
      const [verdict] = await Promise.all([verifying, account ? undefined : tellOwner(visit, retired)]);
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
        at: services.clock.now(),
        version: verdict.version,
      };
      await visit.save((progress) => ({ ...progress, identifier: proven, primary: proof }));
      return { outcome: 'saved' };
    },
  };

  /** The owner of an address that nobody logs in with. */
  async function tellOwner(visit: Visit, retired: Account | undefined): Promise<void> {
    const { identifier } = visit;
    if (identifier) await remindInvited(visit, identifier.normalized);
    if (retired) await tellNewAddress(visit, retired, identifier?.display ?? '');
  }

  /** A18: whoever was invited and has not accepted gets the mail again; the page stays neutral. */
  async function remindInvited({ origin, pending }: Visit, address: string): Promise<void> {
    const resume = pending.client.acceptsInvitation ? {} : { resume: pending.uid };
    await services.invitations.remind({ address, origin, ...resume });
  }

  /** B11: the page stays neutral; the old address learns which one to use. Once a day, whoever keeps trying. */
  async function tellNewAddress(visit: Visit, account: Account, to: string): Promise<void> {
    const day = Math.floor(services.clock.now() / 86_400_000);
    await messages.send({
      id: `retired-address:${account.id}:${day}`,
      kind: 'retired-address',
      to,
      locale: account.locale ?? visit.locale,
      data: { newAddress: account.email },
    });
  }
}
