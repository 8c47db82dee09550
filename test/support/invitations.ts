import type { Membership } from '#companies';
import type { InviteRequest } from '#invitations';
import type { TestGatehouse } from './gatehouse.ts';
import type { JourneyBrowser } from './journey-browser.ts';
import { linkTo } from './mails.ts';

export const FIRST_PASSWORD = 'Battery-Staple-8';
const acting = { actor: 'the-administrator' };

/** Invites and resolves with the link of the mail. @throws Error when no mail went out */
export async function invite(
  gatehouse: Pick<TestGatehouse, 'invitations' | 'sentMessages'>,
  email: string,
  more: Partial<InviteRequest> = {},
): Promise<string> {
  const invited = await gatehouse.invitations.invite({ companyId: 'beta', email, ...more }, acting);
  if (invited.outcome !== 'invited') throw new Error(`${email} was not invited: ${invited.outcome}`);
  return linkTo(gatehouse, email);
}

/** Where the invitation stands in the company's list. */
export async function invitationState(
  { invitations }: Pick<TestGatehouse, 'invitations'>,
  email: string,
  company = 'beta',
): Promise<string | undefined> {
  return (await invitations.list(company)).items.find(({ address }) => address === email)?.state;
}

/** Of nobody, too, who has no account yet. */
export async function membershipOf(
  { accounts, companies }: Pick<TestGatehouse, 'accounts' | 'companies'>,
  email: string,
  company = 'beta',
): Promise<Membership | undefined> {
  const account = await accounts.byEmail(email);
  return account && companies.membership(company, account.id);
}

export const createPassword = (person: JourneyBrowser, password = FIRST_PASSWORD) =>
  person.fill('Password', password).fill('Confirm', password).press('Set Password');

export const agree = (person: JourneyBrowser) =>
  person.choose('I Agree to the Terms and Conditions').press('Agree');
