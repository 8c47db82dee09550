import { z } from 'zod';
import { effectivePolicy } from '#companies';
import { newPasswordProblems, passwordRuleViews, unmetRulesText } from '#credentials';
import { AppError, parseEmail } from '#kernel';
import { comingMembership } from '../../invited.ts';
import type { Services } from '../../services.ts';
import { problemsOf, type Step, type Visit } from '../../step.ts';

/** A8–A12: "Create a Password", by which the invited person's account comes to be. The link is not spent by it (A14). */
export function createCreatePassword(services: Services): Step {
  const { accounts, companies, credentials, invitations, clock } = services;

  /** That of the inviting company, and of those that the person belongs to already. */
  async function minLengthFor({ facts }: Visit): Promise<number> {
    const { invitation, company } = invitedOf(facts);
    const account = (await accounts.byEmail(invitation.address)) ?? { id: 'nobody' };
    const memberships = await companies.activeMembershipsOf(account.id);
    const { password } = effectivePolicy({
      account,
      memberships: [...memberships, comingMembership(account, invitedOf(facts))],
      companies: [...(await companies.getMany(memberships.map(({ companyId }) => companyId))), company],
      signIn: { kind: 'local' },
      now: clock.now(),
    });
    return password.minLength.value;
  }

  return {
    name: 'create-password',
    fields: z.object({
      password: z.string().default(''),
      confirm: z.string().default(''),
      username: z.string().optional(),
      newsletter: z.string().optional(),
    }),
    async show(visit, again) {
      const { invitation, company } = invitedOf(visit.facts);
      const minLength = await minLengthFor(visit);
      return {
        view: 'interactions/create-password',
        data: {
          ...visit.form('create-password'),
          ...problemsOf(again),
          email: invitation.email,
          companyName: company.name,
          newsletter: again?.typed?.['newsletter'] === 'yes',
          rules: passwordRuleViews(credentials.passwords.rules({ minLength }), again?.unmet),
        },
      };
    },
    async submit(visit, { password = '', confirm = '', newsletter = '' }) {
      const typed = { newsletter };
      const { invitation } = invitedOf(visit.facts);
      const minLength = await minLengthFor(visit);
      // Before anything is written: a password that is refused leaves no account behind.
      const unmet = credentials.passwords.check(password, { minLength });
      const problems = newPasswordProblems({ password, confirm }, unmet);
      if (problems) return { outcome: 'again', ...problems, typed };
      const { origin, locale } = visit;
      const account = await invitations.openAccount(invitation, {
        newsletter: newsletter === 'yes',
        locale,
        origin,
      });
      if (!account) throw new AppError('permission-denied', 403);
      const acting = { actor: account.id, origin };
      const result = await credentials.passwords.setFirst(account, password, { minLength, ...acting });
      if (result.outcome === 'refused') {
        const errors = { password: unmetRulesText(result.unmet) };
        return { outcome: 'again', errors, unmet: result.unmet, typed };
      }
      // Another tab was quicker: its password stands, and is asked for next.
      if (result.outcome === 'exists') return { outcome: 'saved' };
      const identifier = parseEmail(account.email);
      await visit.save((progress) => ({
        ...progress,
        ...(identifier && { identifier }),
        joining: true,
        primary: {
          kind: 'password',
          accountId: account.id,
          epoch: result.epoch,
          at: clock.now(),
          version: result.version,
        },
      }));
      return { outcome: 'saved' };
    },
  };
}

function invitedOf({ invited }: Visit['facts']) {
  if (!invited) throw new Error('a password is created without an invitation');
  return invited;
}
