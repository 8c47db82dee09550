/** Decimal digits: about 106 bits, and a numeric keyboard of any language types them (C11). */
export const CODE_LENGTH = 32;
const GROUP_LENGTH = 4;

/** Eight groups of four, as the code is shown (J1). */
export function groupsOf(code: string): string[] {
  return code.match(new RegExp(`.{1,${GROUP_LENGTH}}`, 'g')) ?? [];
}

/** The 32 digits, whatever spaces and dashes they were written with (J3); undefined otherwise. */
export function parseRecoveryCode(input: string): string | undefined {
  const code = input
    .slice(0, 500)
    .normalize('NFKC')
    .replaceAll(/[\s\p{Pd}]/gu, '');
  return code.length === CODE_LENGTH && /^[0-9]+$/.test(code) ? code : undefined;
}
