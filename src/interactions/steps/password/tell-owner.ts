import type { Account } from '#accounts';
import { DAY } from '#kernel';
import type { Services } from '../../services.ts';
import type { Visit } from '../../step.ts';

/** Mails the owner of an address that nobody logs in with, where there is one. */
export async function tellOwner(
  services: Services,
  visit: Visit,
  retired: Account | undefined,
): Promise<void> {
  const { identifier } = visit;
  if (identifier) await remindInvited(services, visit, identifier.normalized);
  if (retired) await tellNewAddress(services, visit, retired, identifier?.display ?? '');
}

/** A18: whoever was invited and has not accepted gets the mail again; the page stays neutral. */
async function remindInvited(
  { invitations }: Services,
  { origin, pending }: Visit,
  address: string,
): Promise<void> {
  const resume = pending.client.acceptsInvitation ? {} : { resume: pending.uid };
  await invitations.remind({ address, origin, ...resume });
}

/** B11: the page stays neutral; the old address learns which one to use. Once a day, whoever keeps trying. */
async function tellNewAddress(
  { messages, clock }: Services,
  visit: Visit,
  account: Account,
  to: string,
): Promise<void> {
  const day = Math.floor(clock.now() / DAY);
  await messages.send({
    id: `retired-address:${account.id}:${day}`,
    kind: 'retired-address',
    to,
    locale: account.locale ?? visit.locale,
    data: { newAddress: account.email },
  });
}
