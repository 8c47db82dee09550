import { domainToASCII } from 'node:url';

export interface EmailAddress {
  /** What is compared and looked up: trimmed, NFKC, lower case, domain in IDNA A-labels. */
  normalized: string;
  /** What the person typed, trimmed: what is shown and written to. */
  display: string;
  /** The domain part of `normalized`. */
  domain: string;
}

const LOCAL_PART = /^[^\s@"(),:;<>[\]\\\p{Cc}]{1,64}$/u;
const DOMAIN = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** The one reading of an e-mail address at every entrance (B7, W20). `undefined` when it is not an address. */
export function parseEmail(input: string): EmailAddress | undefined {
  const display = input.trim();
  if (display.length > 320) return undefined;
  const folded = display.normalize('NFKC').toLowerCase();
  const at = folded.lastIndexOf('@');
  if (at < 1) return undefined;
  const local = folded.slice(0, at);
  const domain = parseDomain(folded.slice(at + 1));
  if (!domain || !LOCAL_PART.test(local)) return undefined;
  return { normalized: `${local}@${domain}`, display, domain };
}

/** A domain name in IDNA A-labels, or `undefined`. */
export function parseDomain(input: string): string | undefined {
  const ascii = domainToASCII(input.trim().toLowerCase());
  return DOMAIN.test(ascii) ? ascii : undefined;
}
