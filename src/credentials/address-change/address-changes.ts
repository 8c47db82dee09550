import type { AddressChanges } from '../credentials.ts';
import { auditOf } from '../notices.ts';
import type { AddressChangeParts } from './address-change-parts.ts';
import { livingChange } from './living-change.ts';
import { requestChange } from './request-change.ts';

/**
 * A change of address that both mailboxes confirm. Until then nothing is taken from anybody: the new address is not reserved,
 * so whoever proves it otherwise keeps it, and the wish comes to nothing (X4).
 */
export function createAddressChanges(parts: AddressChangeParts): AddressChanges {
  const { changes, accounts, audit, clock } = parts;

  return {
    request: (account, typed, acting) => requestChange(parts, account, typed, acting),

    async pending(account) {
      const change = await changes.of(account.id);
      if (change?.epoch !== account.epoch) return undefined;
      const { newAddress, newConfirmedAt, oldConfirmedAt } = change;
      return {
        newAddress,
        newConfirmed: newConfirmedAt !== undefined,
        oldConfirmed: oldConfirmedAt !== undefined,
      };
    },

    async cancel(accountId, acting) {
      await audit.record(auditOf('account.address-change-cancelled', accountId, acting));
      await changes.end(accountId);
    },

    async inspect(token) {
      const found = await livingChange(parts, token);
      if (!found) return { outcome: 'dead' };
      const { change, side, account } = found;
      return { outcome: 'valid', side, account, newAddress: change.newAddress };
    },

    async confirm(token, origin) {
      const found = await livingChange(parts, token);
      if (!found) return { outcome: 'dead' };
      const change = await changes.confirm(found.change, found.side, clock.now());
      if (!change) return { outcome: 'dead' };
      const { accountId, newAddress } = change;
      if (change.newConfirmedAt === undefined) return { outcome: 'waiting', for: 'new', newAddress };
      if (change.oldConfirmedAt === undefined) return { outcome: 'waiting', for: 'old', newAddress };
      const acting = { actor: accountId, origin };
      const changed = await accounts.changeEmail(accountId, newAddress, { verified: true, ...acting });
      await changes.end(accountId);
      return changed.outcome === 'changed' || changed.outcome === 'unchanged'
        ? { outcome: 'changed', newAddress }
        : { outcome: 'dead' };
    },

    async refuse(token, origin) {
      const found = await livingChange(parts, token);
      if (found?.side !== 'old') return false;
      const { accountId } = found.change;
      await audit.record(
        auditOf('account.address-change-cancelled', accountId, { actor: accountId, origin }),
      );
      return changes.end(accountId);
    },
  };
}
