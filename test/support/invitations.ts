import type { InviteRequest } from '#invitations';
import type { TestGatehouse } from './gatehouse.ts';
import type { JourneyBrowser } from './journey-browser.ts';

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

/** The link of the newest mail: alone on its line. */
export async function linkTo(
  { sentMessages }: Pick<TestGatehouse, 'sentMessages'>,
  email: string,
): Promise<string> {
  const mail = (await sentMessages()).filter(({ to }) => to === email).at(-1);
  const link = mail?.text.split('\n').find((line) => /^http\S+$/.test(line));
  if (!link) throw new Error(`no link in the mail to ${email}: ${mail?.text}`);
  return link;
}

export const createPassword = (person: JourneyBrowser, password = FIRST_PASSWORD) =>
  person.fill('Password', password).fill('Confirm', password).press('Set Password');

export const agree = (person: JourneyBrowser) =>
  person.choose('I Agree to the Terms and Conditions').press('Agree');
