/** Schemes that run or embed something instead of leading somewhere (X21). */
const ACTIVE = /^(javascript|data|vbscript|blob|file|about|view-source):/i;

/** The address as it is, or `#` when following it would run something. Browsers skip the characters removed first. */
export function safeUrl(url: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those that browsers strip from addresses
  const seen = url.replace(/[\u0000-\u0020]/g, '');
  return ACTIVE.test(seen) ? '#' : url;
}
