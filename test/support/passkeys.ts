import type { TestGatehouse } from './gatehouse.ts';
import type { JourneyBrowser } from './journey-browser.ts';
import { accountOf } from './sign-in.ts';
import { SoftwareAuthenticator, type Tampering } from './software-authenticator.ts';

/** A passkey that the person set up some other day. */
export async function givePasskey(
  gatehouse: TestGatehouse,
  email: string,
  options: { synced?: boolean } = {},
): Promise<SoftwareAuthenticator> {
  const { passkeys } = gatehouse.credentials;
  const account = await accountOf(gatehouse, email);
  const key = new SoftwareAuthenticator(gatehouse.issuer, options);
  const answer = key.create(await passkeys.creationOptions(account, 'set-up'));
  await passkeys.add(account.id, answer, { actor: account.id, origin: {}, binding: 'set-up', name: 'Key' });
  return key;
}

/** What the page asks an authenticator for. */
export const passkeyOptionsOn = (person: JourneyBrowser): string =>
  (person.find('form[data-passkey]')?.getAttribute('data-options') ?? '{}').replaceAll('&quot;', '"');

/** What the script does: the authenticator's answer in the form's hidden field. */
export async function answerPasskey(
  person: JourneyBrowser,
  passkey: string,
  more: Record<string, string> = {},
): Promise<JourneyBrowser> {
  const form = person.find('form[data-passkey]');
  const csrf = form?.querySelector('[name=csrf]')?.getAttribute('value') ?? '';
  return person.post(new URL(form?.getAttribute('action') ?? '', person.url), { csrf, passkey, ...more });
}

export const usePasskey = (person: JourneyBrowser, key: SoftwareAuthenticator, tampering?: Tampering) =>
  answerPasskey(person, key.get(passkeyOptionsOn(person), tampering));
