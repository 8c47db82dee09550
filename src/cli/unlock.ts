import { parseEmail } from '#kernel';
import { type Command, CommandFailure, UsageError } from './command.ts';
import { parseArguments, required } from './parse-arguments.ts';

const acting = { actor: 'operator-cli' };

/** F5: lock and counters back to zero; leaves an audit event where there was a lock. */
export const unlock: Command = {
  name: 'unlock',
  usage: '--email ADDRESS',
  summary: 'Unlock an account that was locked by wrong passwords',
  async run(args, { say, withGatehouse }) {
    const { values } = parseArguments(args, { email: { type: 'string' } });
    const typed = required(values.email, 'email');
    const email = parseEmail(typed);
    if (!email) throw new UsageError(`--email: ${typed} is no e-mail address`);
    await withGatehouse(async ({ accounts, credentials }) => {
      const account = await accounts.byEmail(email.normalized);
      if (!account) throw new CommandFailure([`there is no account of ${typed}`]);
      const wasLocked = await credentials.passwords.unlock(account.id, acting);
      say(wasLocked ? `${typed} is unlocked` : `${typed} was not locked`);
    });
  },
};
