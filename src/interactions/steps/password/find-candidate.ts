import { policyOf } from '#companies';
import { parseEmail } from '#kernel';
import type { Services } from '../../services.ts';
import type { Visit } from '../../step.ts';

/** Of an identifier, where a password may be asked: by a log-in name never of people who sign in elsewhere (B6). */
const LOGS_IN_HERE: ReadonlySet<string> = new Set(['primary', 'name']);

/** For the reads that an unknown person costs, too. */
const NOBODY = { id: 'nobody' };

/** Who may log in by what was typed, with the strictest lock-out of their companies; the same work for unknown people. */
export async function findCandidate(
  { identifiers, companies, clock }: Services,
  address: Visit['identifier'],
) {
  const resolved = address && (await identifiers.resolve(address));
  const account = resolved && LOGS_IN_HERE.has(resolved.state) ? resolved.account : undefined;
  const policy = await policyOf(companies, account ?? NOBODY, {
    signIn: { kind: 'local' },
    now: clock.now(),
  });
  return {
    account,
    retired: resolved?.state === 'retired' ? resolved.account : undefined,
    policy: account && policy,
    /** From the proof on the account's own address is what counts, whatever name was typed. */
    proven: resolved?.state === 'name' ? parseEmail(resolved.account.email) : address,
  };
}
