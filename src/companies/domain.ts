import { z } from 'zod';
import { parseDomain } from '#kernel';
import { PUBLIC_MAIL_DOMAINS, PUBLIC_SUFFIXES } from './public-domains.ts';

/** An e-mail domain that a company proved. */
export const domainSchema = z.strictObject({
  /** IDNA A-labels, or `*.` and those for a wildcard. */
  domain: z.string(),
  companyId: z.string(),
  verified: z.boolean(),
  /** People of this domain sign in at `connectionId` and nowhere else (E1). */
  ssoTargeted: z.boolean(),
  connectionId: z.string().optional(),
});
export type Domain = z.infer<typeof domainSchema>;

const WILDCARD = '*.';

/** A domain as it is stored: IDNA A-labels, with `*.` in front for a wildcard; undefined when it is not one. */
export function parseDomainRule(input: string): string | undefined {
  const typed = input.trim();
  const wildcard = typed.startsWith(WILDCARD);
  const domain = parseDomain(wildcard ? typed.slice(WILDCARD.length) : typed);
  return domain && (wildcard ? WILDCARD + domain : domain);
}

/** Domains under which anybody gets an address belong to no company (W11, X13): they are never proven. */
export function isPublicDomain(rule: string): boolean {
  const domain = rule.startsWith(WILDCARD) ? rule.slice(WILDCARD.length) : rule;
  return !domain.includes('.') || PUBLIC_SUFFIXES.has(domain) || PUBLIC_MAIL_DOMAINS.has(domain);
}

/** The rules that could apply to a domain, the most specific first: a.b.c → a.b.c, *.b.c, *.c. */
export function candidateRules(emailDomain: string): string[] {
  const labels = emailDomain.split('.');
  const parents = labels.slice(1).map((_, index) => WILDCARD + labels.slice(index + 1).join('.'));
  return [emailDomain, ...parents];
}
