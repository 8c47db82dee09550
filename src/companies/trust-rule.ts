import { DAY } from '#kernel';
import type { Company } from './company.ts';

/** How long a trusted device counts, and which are too old for it (H13). */
export interface TrustRule {
  days: number;
  /** Epoch milliseconds: the last of the companies that ask for MFA began to allow it then. */
  since: number;
  /** The company with the fewest days. */
  from: string;
}

/** Of the companies that matter for a sign-in. Null unless some require MFA, announced dates included, and all of those allow it. */
export function trustRule(companies: readonly Company[]): TrustRule | null {
  const requiring = companies.filter(({ settings }) => settings.mfa.required);
  const allowed = requiring.flatMap(({ id, settings, trustedDevicesSince = 0 }) => {
    const { trustedDeviceDays: days } = settings.mfa;
    return days ? [{ days, from: id, since: trustedDevicesSince }] : [];
  });
  if (allowed.length < requiring.length) return null;
  const fewest = allowed.toSorted((one, other) => one.days - other.days)[0];
  return fewest ? { ...fewest, since: Math.max(...allowed.map(({ since }) => since)) } : null;
}

/** Fewer days, or a permission that was taken away in between, hold for what was trusted before, too. */
export function isStillTrusted(trustedAt: number, { days, since }: TrustRule, now: number): boolean {
  return trustedAt >= since && now - trustedAt < days * DAY;
}

/** The company as it is stored: with the instant from which trusted devices are allowed without a break. */
export function withTrustInstant(
  { trustedDevicesSince: _, ...company }: Company,
  before: Company | undefined,
): Company {
  if (!company.settings.mfa.trustedDeviceDays) return company;
  const since = before?.settings.mfa.trustedDeviceDays ? before.trustedDevicesSince : undefined;
  return { ...company, trustedDevicesSince: since ?? company.updatedAt };
}
