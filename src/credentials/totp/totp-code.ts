import { createGuardrails, generateURI, ScureBase32Plugin, verify } from 'otplib';

/** RFC 6238 with the parameters every authenticator app knows: SHA-1, six digits, 30 seconds (G3, G4). */
const PARAMETERS = { algorithm: 'sha1', digits: 6, period: 30 } as const;
const SECRET_BYTES = 20;
/** Imported secrets may be as short as the first apps made them; our own have 160 bits. */
const MIN_IMPORTED_BYTES = 10;

/** 160 bits as base32 without padding. */
export function encodeSecret(bytes: (length: number) => Buffer): string {
  return new ScureBase32Plugin().encode(bytes(SECRET_BYTES));
}

/** Upper case, without spaces, dashes and padding; undefined unless base32 of at least 80 bits. */
export function parseSecret(base32: string): string | undefined {
  const secret = base32.toUpperCase().replaceAll(/[\s=-]/g, '');
  try {
    return new ScureBase32Plugin().decode(secret).length >= MIN_IMPORTED_BYTES ? secret : undefined;
  } catch {
    return undefined;
  }
}

/** What the app shows and tells accounts apart by (G4, I8). */
export function accountLabel(brandName: string, address: string): string {
  // A colon separates the two parts of an otpauth label.
  return `${brandName.replaceAll(':', ' ')}:${address}`;
}

/** otpauth:// URI, with the default parameters spelled out. */
export function otpauthUri(brandName: string, address: string, secret: string): string {
  const { digits, period } = PARAMETERS;
  const uri = generateURI({ issuer: brandName.replaceAll(':', ' '), label: address, secret });
  return `${uri}&algorithm=SHA1&digits=${digits}&period=${period}`;
}

/** Six digits, whatever spaces were typed or pasted with them. */
export function parseCode(input: string): string | undefined {
  const code = input.normalize('NFKC').replaceAll(/\s/g, '');
  return /^[0-9]{6}$/.test(code) ? code : undefined;
}

/** The time step that `code` belongs to, one step of clock drift allowed either way (W25). `now`: epoch milliseconds. */
export async function matchingStep(secret: string, code: string, now: number): Promise<number | undefined> {
  const result = await verify({
    ...PARAMETERS,
    secret,
    token: code,
    epoch: Math.floor(now / 1000),
    epochTolerance: PARAMETERS.period,
    guardrails: createGuardrails({ MIN_SECRET_BYTES: MIN_IMPORTED_BYTES }),
  });
  return result.valid && 'timeStep' in result ? result.timeStep : undefined;
}
