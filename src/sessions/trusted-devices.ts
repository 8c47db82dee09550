import { z } from 'zod';
import type { Account } from '#accounts';
import { type Audit, type AuditKind, actedBy } from '#audit';
import { isStillTrusted, type TrustRule } from '#companies';
import type { Messages } from '#delivery';
import type { HttpContext } from '#http';
import { type Clock, DAY, sha256 } from '#kernel';
import { formatInstant } from '#rendering';
import { everyItem, type Storage } from '#storage';
import type { DeviceOwner } from './device-list.ts';
import type { KnownDevices } from './known-devices.ts';

const trustedDeviceSchema = z.strictObject({
  /** Digest of the known device's id. */
  id: z.string(),
  accountId: z.string(),
  /** Of the account when it was trusted: whatever raises it ends the trust (decision 004). */
  epoch: z.int(),
  /** The account's, as it was when the log-in was allowed to make it; 0 when absent. */
  trustEpoch: z.int().exactOptional(),
  trustedAt: z.int(),
  expiresAt: z.int(),
  ip: z.string().exactOptional(),
  userAgent: z.string().exactOptional(),
});
export type TrustedDevice = z.infer<typeof trustedDeviceSchema>;

/** Whose devices are looked at: the account as it is now. */
export type TrustOwner = DeviceOwner & Pick<Account, 'trustEpoch'>;

/**
 * Known devices in which a person asked not to be asked for a second factor at each log-in, where their companies allow it
 * (H13). What trust is good for is the business of interactions.
 */
export interface TrustedDevices {
  /** Whether the person of `account` trusts this browser, under the rule as it is now. */
  trusts(ctx: HttpContext, account: TrustOwner, rule: TrustRule): Promise<boolean>;
  /**
   * To be called once the person has proven themselves with a second factor; makes a known device, too. They are told by mail.
   * `account` as it was when this was allowed: what was wished since ends the trust.
   */
  trust(ctx: HttpContext, account: Account, rule: TrustRule): Promise<void>;
  /** Latest first. */
  list(account: TrustOwner, rule: TrustRule): Promise<TrustedDevice[]>;
  /** This browser's among them, if it is one. */
  idOf(ctx: HttpContext, account: DeviceOwner): string | undefined;
  /** False for another person's or none. */
  end(ctx: HttpContext, account: DeviceOwner, id: string): Promise<boolean>;
  endAll(ctx: HttpContext, account: DeviceOwner): Promise<void>;
}

export interface TrustedDevicesParts {
  storage: Storage;
  clock: Clock;
  audit: Pick<Audit, 'emission' | 'record'>;
  messages: Pick<Messages, 'emission'>;
  knownDevices: KnownDevices;
}

/** Declares its collection: to be called before the storage opens. */
export function createTrustedDevices({
  storage,
  clock,
  audit,
  messages,
  knownDevices,
}: TrustedDevicesParts): TrustedDevices {
  const devices = storage.collection<TrustedDevice>({
    name: 'trusted-devices',
    schema: trustedDeviceSchema,
    key: 'id',
    index: { byAccount: ['accountId', 'trustedAt'] },
    expiresAt: 'expiresAt',
    durability: 'durable',
  });
  const event = (ctx: HttpContext, { id }: DeviceOwner, type: AuditKind) => ({
    ...actedBy({ actor: id, origin: ctx.state.origin }),
    type,
    accountId: id,
  });
  const idOf = (ctx: HttpContext, account: DeviceOwner) => {
    const known = knownDevices.of(ctx, account);
    return known === undefined ? undefined : sha256(known);
  };
  const counts = (device: TrustedDevice, { id, epoch, trustEpoch = 0 }: TrustOwner, rule: TrustRule) =>
    device.accountId === id &&
    device.epoch === epoch &&
    (device.trustEpoch ?? 0) === trustEpoch &&
    isStillTrusted(device.trustedAt, rule, clock.now());
  const ofAccount = ({ id }: DeviceOwner) =>
    everyItem(devices, { index: 'byAccount', equals: [id], reverse: true });

  function mailOf(ctx: HttpContext, { email, name, locale, timeZone }: Account, trustedAt: number) {
    const language = locale ?? ctx.state.locale;
    const at = formatInstant(trustedAt, language, timeZone);
    const data = { name, at, change: 'device-trusted' as const };
    return messages.emission({ kind: 'security-changed', to: email, locale: language, data });
  }

  async function end(ctx: HttpContext, account: DeviceOwner, id: string): Promise<boolean> {
    const device = await devices.get(id);
    if (device?.accountId !== account.id || !(await devices.delete(id))) return false;
    await audit.record(event(ctx, account, 'trusted-device.ended'));
    return true;
  }

  return {
    idOf,
    async trusts(ctx, account, rule) {
      const id = idOf(ctx, account);
      const device = id && (await devices.get(id));
      return device ? counts(device, account, rule) : false;
    },
    async trust(ctx, account, { days }) {
      const { ip, userAgent } = ctx.state.origin;
      const former = idOf(ctx, account);
      if (former) await devices.delete(former);
      // A copy that somebody made of this browser's cookies before is not trusted with it.
      const id = sha256(knownDevices.rememberAnew(ctx, account));
      const { id: accountId, epoch, trustEpoch = 0 } = account;
      const trustedAt = clock.now();
      const place = { ...(ip && { ip }), ...(userAgent && { userAgent }) };
      const device = {
        id,
        accountId,
        epoch,
        trustEpoch,
        trustedAt,
        expiresAt: trustedAt + days * DAY,
        ...place,
      };
      const added = { ...event(ctx, account, 'trusted-device.added'), details: { days } };
      await devices.insert(device, { emit: [audit.emission(added), mailOf(ctx, account, trustedAt)] });
    },
    async list(account, rule) {
      return (await ofAccount(account)).filter((device) => counts(device, account, rule));
    },
    end,
    async endAll(ctx, account) {
      for (const { id } of await ofAccount(account)) await end(ctx, account, id);
    },
  };
}
