import { z } from 'zod';
import type { Account } from '#accounts';
import { effectivePolicy } from '#companies';
import { isTooLong } from '#credentials';
import { forgotPasswordPath } from '../../forgot-password-path.ts';
import type { Services } from '../../services.ts';
import { problemsOf, type Step, type Visit, wrong } from '../../step.ts';

const fields = z.object({ password: z.string().default(''), username: z.string().optional() });

/** B3, B4. One refusal for unknown, wrong, inactive, locked and SSO-only people, after the same work (B10, X28). */
export function createPassword(services: Services): Step {
  const { accounts, credentials, messages } = services;

  /** The strictest lock-out of the person's companies; work that is done for unknown people, too. */
  async function candidate(visit: Visit) {
    const address = visit.identifier;
    const resolved = address && (await accounts.resolveAddress(address.normalized));
    const account = resolved?.state === 'primary' ? resolved.account : undefined;
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
      address,
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
        },
      };
    },
    async submit(visit, form) {
      const password = form['password'] ?? '';
      if (password === '') return wrong('password', 'password-required');
      // Told apart from a wrong one before anything is hashed (X37).
      if (isTooLong(password)) return wrong('password', 'password-too-long');
      const { account, retired, policy, address } = await candidate(visit);
      const verdict = await credentials.passwords.verify({
        account,
        password,
        origin: visit.origin,
        ...(policy && { lockout: policy.lockout }),
      });
      if (verdict.outcome !== 'ok' || !account || !address) {
        if (!account && address) await remindInvited(visit, address.normalized);
        if (retired) await tellNewAddress(visit, retired, address?.display ?? '');
        return { ...wrong('password', 'credentials'), status: 401 };
      }
      const proof = {
        kind: 'password' as const,
        accountId: account.id,
        epoch: account.epoch,
        at: services.clock.now(),
        version: verdict.version,
      };
      await visit.save((progress) => ({ ...progress, identifier: address, primary: proof }));
      return { outcome: 'saved' };
    },
  };

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
