import type { SentMessage, TestGatehouse } from './gatehouse.ts';

type Mails = Pick<TestGatehouse, 'sentMessages'>;

/** The mails to an address so far, oldest first. */
export async function mailsTo({ sentMessages }: Mails, email: string): Promise<SentMessage[]> {
  return (await sentMessages()).filter(({ channel, to }) => channel === 'email' && to === email);
}

/** The link of the newest mail: alone on its line. @throws Error when there is none */
export async function linkTo(gatehouse: Mails, email: string): Promise<string> {
  const mail = (await mailsTo(gatehouse, email)).at(-1);
  const link = mail?.text.split('\n').find((line) => /^http\S+$/.test(line));
  if (!link) throw new Error(`no link in the mail to ${email}: ${mail?.text}`);
  return link;
}
