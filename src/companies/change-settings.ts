import { type Acting, type Audit, actedBy } from '#audit';
import { AppError, type Clock } from '#kernel';
import { changedSettings } from './changed-settings.ts';
import type { Companies, SettingsChange } from './companies.ts';
import type { Membership } from './membership.ts';

export interface ChangeSettingsParts {
  companies: Pick<Companies, 'byId' | 'membership' | 'put'>;
  audit: Pick<Audit, 'record'>;
  clock: Clock;
}

/**
 * A company's policy is its administrators' alone: neither a platform role nor another company's administrator may write
 * it (C-11). The permission counts as it is now, not as it was at log-in.
 * @throws AppError 'permission-denied' (403), with an audit event that names what was tried
 */
export async function changeSettings(
  { companies, audit, clock }: ChangeSettingsParts,
  { companyId, settings }: SettingsChange,
  acting: Acting,
): Promise<void> {
  const [company, membership] = await Promise.all([
    companies.byId(companyId),
    companies.membership(companyId, acting.actor),
  ]);
  const changed = company ? changedSettings(company, { ...company, settings }) : {};
  const keys = Object.keys(changed);
  if (!company || !mayChange(membership, keys)) {
    await audit.record({
      ...actedBy(acting),
      type: 'company.change-refused',
      companyId,
      details: { tried: keys.join(' ') },
    });
    throw new AppError('permission-denied', 403);
  }
  await companies.put({ ...company, settings, updatedAt: clock.now() }, acting);
}

/** "Admin" on the Company Admin tool; for MFA on the Directory tool as well (H3). */
function mayChange(membership: Membership | undefined, keys: readonly string[]): boolean {
  if (membership?.status !== 'active' || membership.permissions.companyAdmin !== 'admin') return false;
  return !keys.some((key) => key.startsWith('settings.mfa.')) || membership.permissions.directory === 'admin';
}
