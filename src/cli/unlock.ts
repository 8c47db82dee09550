import type { ResolvedIdentifier } from '#companies';
import { parseEmail } from '#kernel';
import { type Command, CommandFailure, UsageError } from './command.ts';
import { parseArguments, required } from './parse-arguments.ts';

const acting = { actor: 'operator-cli' };

/** By what a person is known today: no address that was left or isn't proven yet. */
const LOGS_IN: readonly ResolvedIdentifier['state'][] = ['primary', 'name', 'sso-name'];

/** F5: lock and counters of wrong passwords, wrong codes and sent codes back to zero; leaves an audit event where there was something. */
export const unlock: Command = {
  name: 'unlock',
  usage: '--email ADDRESS-OR-LOG-IN-NAME',
  summary: 'Let a person in again whom wrong passwords, wrong codes or too many sent codes keep out',
  async run(args, { say, withGatehouse }) {
    const { values } = parseArguments(args, { email: { type: 'string' } });
    const typed = required(values.email, 'email');
    const email = parseEmail(typed);
    if (!email) throw new UsageError(`--email: ${typed} is no e-mail address or log-in name`);
    await withGatehouse(async ({ identifiers, credentials }) => {
      const found = await identifiers.resolve(email);
      if (!found || !LOGS_IN.includes(found.state))
        throw new CommandFailure([`there is no account of ${typed}`]);
      const { lock, codes, sends } = await credentials.unlock(found.account.id, acting);
      say(lock ? `${typed} is unlocked` : `${typed} was not locked`);
      if (codes) say('wrong verification codes are forgotten: new ones can be tried at once');
      if (sends) say('codes sent to the person are forgotten: new ones can be sent at once');
    });
  },
};
