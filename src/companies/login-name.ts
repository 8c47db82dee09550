import { z } from 'zod';
import { type EmailAddress, parseDomain, parseEmail } from '#kernel';
import { parseDomainRule } from './domain.ts';

/** A word as it stands after the @ of log-in names: no dot, so that it is never a mail domain which a company can prove. */
const isLabel = (text: string): boolean => !text.includes('.') && parseDomain(text) === text;

/** Off unless a company says under which word its people may have names of their own (A5, C6; docs/decisions/024). */
export const loginNamesSchema = z
  .strictObject({
    label: z.string().refine(isLabel, {
      error: 'must be one word of lower-case letters, digits and hyphens, without a dot',
    }),
    /** The company's domain whose rule says where these names sign in; absent: here, with a password. */
    domain: z
      .string()
      .refine((text) => parseDomainRule(text) === text && !text.startsWith('*.'), {
        error: 'must be a domain such as acme.example',
      })
      .exactOptional(),
  })
  .nullable()
  .default(null);

/** The part before the @, as it is stored and compared: NFKC, lower case, at most 64 characters; undefined when it is not one. */
export function parseLoginName(typed: string): string | undefined {
  return parseEmail(`${typed.trim()}@label`)?.normalized.slice(0, -'@label'.length);
}

/** Whether what was typed could be somebody's log-in name: its domain has no dot. */
export function isLoginNameLike({ domain }: Pick<EmailAddress, 'domain'>): boolean {
  return !domain.includes('.');
}

/** What a person types, for display. */
export function loginNameOf(
  { settings }: { settings: { loginNames: z.infer<typeof loginNamesSchema> } },
  { loginName }: { loginName?: string | null },
): string | undefined {
  return settings.loginNames && loginName ? `${loginName}@${settings.loginNames.label}` : undefined;
}
