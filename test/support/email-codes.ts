import type { TestGatehouse } from './gatehouse.ts';
import { mailsTo } from './mails.ts';
import { accountOf } from './sign-in.ts';

type Mails = Pick<TestGatehouse, 'sentMessages'>;

/** The codes mailed to an address so far, oldest first. */
export async function codesTo(gatehouse: Mails, email: string): Promise<string[]> {
  return (await mailsTo(gatehouse, email)).flatMap(({ text }) => /^\d{6}$/m.exec(text)?.[0] ?? []);
}

/** @throws Error when none was sent */
export async function lastCodeTo(gatehouse: Mails, email: string): Promise<string> {
  const code = (await codesTo(gatehouse, email)).at(-1);
  if (!code) throw new Error(`no code was sent to ${email}`);
  return code;
}

/** Sets codes by e-mail up for a person; resolves with their recovery code. */
export async function enrolEmailCode(gatehouse: TestGatehouse, email: string): Promise<string> {
  const { emailCodes, recoveryCodes } = gatehouse.credentials;
  const account = await accountOf(gatehouse, email);
  const acting = { actor: account.id, origin: {} };
  await emailCodes.resend({ account, binding: 'test', origin: {}, locale: 'en' });
  const code = await lastCodeTo(gatehouse, email);
  const { outcome } = await emailCodes.confirm(account.id, code, { ...acting, binding: 'test' });
  if (outcome !== 'enrolled') throw new Error(`codes by e-mail were not set up: ${outcome}`);
  return recoveryCodes.issue(account.id, acting);
}
