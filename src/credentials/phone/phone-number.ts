import type { NumberType } from 'libphonenumber-js/max';
import type { PhoneCountry, ReadNumber } from './phone-factor.ts';

/** The only country where payees may use text messages (G7). */
export const PAYEE_COUNTRY = 'US';

/** Numbers that cost their caller more, or at which nobody reads messages. */
const NEVER: ReadonlySet<NumberType> = new Set([
  'PREMIUM_RATE',
  'TOLL_FREE',
  'SHARED_COST',
  'UAN',
  'PAGER',
  'VOICEMAIL',
]);

const E164 = /^\+[1-9][0-9]{6,14}$/;

export const isE164 = (number: string): boolean => E164.test(number);

/** The last two digits, for whoever knows the number. */
export function maskNumber(number: string): string {
  return `•••${number.slice(-2)}`;
}

/** The library's tables are loaded when the first number is looked at. */
const library = () => import('libphonenumber-js/max');

export async function withCallingCodes(countries: readonly string[]): Promise<PhoneCountry[]> {
  const { getCountryCallingCode, isSupportedCountry } = await library();
  return countries
    .filter((code) => isSupportedCountry(code))
    .map((code) => ({ code, callingCode: `+${getCountryCallingCode(code)}` }));
}

/**
 * A number as typed, national or international, of one of `countries` (G6, W24). Numbers of other countries that share
 * a calling code are told apart: +1 876 is Jamaica, whoever chose the United States.
 */
export async function readNumber(
  typed: string,
  country: string,
  countries: readonly string[],
): Promise<ReadNumber> {
  if (!countries.includes(country)) return { outcome: 'other-country' };
  const { parsePhoneNumberFromString, isSupportedCountry, getCountryCallingCode } = await library();
  if (!isSupportedCountry(country)) return { outcome: 'other-country' };
  const parsed = parsePhoneNumberFromString(typed.slice(0, 40), country);
  if (!parsed) return { outcome: 'impossible' };
  if (parsed.countryCallingCode !== getCountryCallingCode(country)) return { outcome: 'other-country' };
  if (!parsed.isPossible() || !isE164(parsed.number)) return { outcome: 'impossible' };
  if (parsed.country !== undefined && parsed.country !== country) return { outcome: 'other-country' };
  const type = parsed.getType();
  if (type && NEVER.has(type)) return { outcome: 'no-messages' };
  return { outcome: 'ok', number: parsed.number, masked: maskNumber(parsed.number) };
}

/** Undefined where the number alone does not tell. */
export async function countryOf(number: string): Promise<string | undefined> {
  const { parsePhoneNumberFromString } = await library();
  const parsed = parsePhoneNumberFromString(number);
  if (parsed?.country) return parsed.country;
  return parsed?.countryCallingCode === '1' ? PAYEE_COUNTRY : undefined;
}
