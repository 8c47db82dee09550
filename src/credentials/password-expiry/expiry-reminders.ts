import { z } from 'zod';
import type { Account, Accounts } from '#accounts';
import { type Companies, policyOf } from '#companies';
import { type Clock, DAY } from '#kernel';
import type { Storage } from '#storage';
import type { Passwords } from '../credentials.ts';
import { instantFor, mailTo } from '../notices.ts';
import type { CredentialMessages, SsoRouting } from '../ports.ts';

/** Days before the end at which the person is written to, the last one first. */
const REMINDER_DAYS = [1, 7, 14] as const;
const MEMBERS_A_PAGE = 100;

const reminderSchema = z.strictObject({
  accountId: z.string(),
  /** Instant at which the password ends: another one begins anew. */
  endsAt: z.int(),
  /** The reminder sent last. */
  days: z.int(),
  expiresAt: z.int(),
});
type Reminder = z.infer<typeof reminderSchema>;

export interface ExpiryReminders {
  /** Writes to everybody whose password ends soon, once per person and reminder. Resolves with the number of mails. */
  run(): Promise<number>;
}

export interface ExpiryRemindersParts {
  storage: Storage;
  clock: Clock;
  passwords: Pick<Passwords, 'state' | 'expiry'>;
  accounts: Pick<Accounts, 'getMany'>;
  companies: Pick<Companies, 'all' | 'membersOf' | 'activeMembershipsOf' | 'getMany'>;
  ssoRouting: SsoRouting;
  messages: CredentialMessages;
  issuer: string;
}

/** C-8: nobody is surprised by an expired password. Declares its collection: to be called before the storage opens. */
export function createExpiryReminders(parts: ExpiryRemindersParts): ExpiryReminders {
  const { storage, clock, passwords, accounts, companies, ssoRouting, messages, issuer } = parts;
  const reminders = storage.collection<Reminder>({
    name: 'password-expiry-reminders',
    schema: reminderSchema,
    key: 'accountId',
    expiresAt: 'expiresAt',
    durability: 'durable',
  });

  /** The strictest of all the person's companies: another one may end the password earlier. */
  async function endOf(account: Account): Promise<{ endsAt: number; expiryDays: number } | undefined> {
    const signIn = { kind: 'local' as const };
    const { password } = await policyOf(companies, account, { signIn, now: clock.now() });
    const expiryDays = password.expiryDays.value;
    const endsAt = passwords.expiry(await passwords.state(account.id), expiryDays);
    return endsAt === undefined || expiryDays === null ? undefined : { endsAt, expiryDays };
  }

  async function remind(account: Account): Promise<boolean> {
    if (account.status !== 'active' || (await ssoRouting.isSsoTargeted(account.emailNormalized)))
      return false;
    const end = await endOf(account);
    const days = end && reminderDue(end, clock.now());
    if (!end || days === undefined) return false;
    const { endsAt } = end;
    const next = { accountId: account.id, endsAt, days, expiresAt: endsAt + DAY };
    const data = {
      name: account.name,
      at: instantFor(account, endsAt),
      link: `${issuer}/forgot-password`,
    };
    const emit = [messages.emission(mailTo(account, 'password-expiring', data))];
    if (await reminders.insertIfAbsent(next, { emit })) return true;
    const replaced = await reminders.update(
      account.id,
      (sent) => (sent.endsAt === endsAt && sent.days <= days ? undefined : next),
      { emit: () => emit },
    );
    return replaced !== undefined;
  }

  return {
    async run() {
      let sent = 0;
      for (const company of await companies.all()) {
        if (company.settings.password.expiryDays === null) continue;
        let after: string | undefined;
        do {
          const page = await companies.membersOf(company.id, {
            limit: MEMBERS_A_PAGE,
            ...(after && { after }),
          });
          // Of several companies with an expiry a person is looked at once for each: the reminder itself says what was sent.
          const members = page.items.filter(({ status }) => status === 'active');
          for (const account of await accounts.getMany(members.map(({ accountId }) => accountId)))
            if (await remind(account)) sent++;
          after = page.next;
        } while (after !== undefined);
      }
      return sent;
    },
  };
}

/** The nearest reminder whose time has come; none that would follow upon the change of password itself. */
export function reminderDue(
  { endsAt, expiryDays }: { endsAt: number; expiryDays: number },
  now: number,
): number | undefined {
  if (now >= endsAt) return undefined;
  return REMINDER_DAYS.find((days) => days < expiryDays && endsAt - now <= days * DAY);
}

/** In the days in which reminders go out, pages say it too. */
export function isExpiringSoon(endsAt: number, now: number): boolean {
  return endsAt - now <= Math.max(...REMINDER_DAYS) * DAY;
}
