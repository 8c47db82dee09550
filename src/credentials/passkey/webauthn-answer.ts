import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { z } from 'zod';

const base64url = z
  .string()
  .max(16_384)
  .regex(/^[\w-]+$/);

const credential = {
  id: base64url.max(1_400),
  rawId: base64url.max(1_400),
  type: z.literal('public-key'),
};

const attested = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z.array(z.string().max(32)).max(10).optional(),
  }),
});

const asserted = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: base64url.max(128).nullish(),
  }),
});

/** What PublicKeyCredential.toJSON() makes of a new credential; undefined for anything else. */
export function readAttestation(text: string): RegistrationResponseJSON | undefined {
  const parsed = attested.safeParse(jsonOf(text)).data;
  return parsed && ({ ...parsed, clientExtensionResults: {} } as RegistrationResponseJSON);
}

/**
 * The same credential without what its authenticator says of itself. We ask for nothing of that (`attestation: 'none'`), and
 * whoever sends it all the same would have the library read certificates of their own making, and fetch what those name (X10).
 * Undefined where it is unreadable.
 */
export async function withoutStatement(
  answer: RegistrationResponseJSON,
): Promise<RegistrationResponseJSON | undefined> {
  const { decodeAttestationObject, isoBase64URL, isoCBOR } = await import('@simplewebauthn/server/helpers');
  try {
    const authData = decodeAttestationObject(isoBase64URL.toBuffer(answer.response.attestationObject)).get(
      'authData',
    );
    const bare = new Map<string, string | Uint8Array | Map<never, never>>([
      ['fmt', 'none'],
      ['attStmt', new Map<never, never>()],
    ]);
    bare.set('authData', authData);
    const attestationObject = isoBase64URL.fromBuffer(isoCBOR.encode(bare));
    return { ...answer, response: { ...answer.response, attestationObject } };
  } catch {
    return undefined;
  }
}

/** What PublicKeyCredential.toJSON() makes of a signature; undefined for anything else. */
export function readAssertion(text: string): AuthenticationResponseJSON | undefined {
  const parsed = asserted.safeParse(jsonOf(text)).data;
  if (!parsed) return undefined;
  const { userHandle, ...response } = parsed.response;
  return {
    ...parsed,
    response: { ...response, ...(userHandle && { userHandle }) },
    clientExtensionResults: {},
  };
}

/** The challenge that the browser answered; empty when its data is unreadable. */
export function challengeOf({ response }: { response: { clientDataJSON: string } }): string {
  const data = jsonOf(Buffer.from(response.clientDataJSON, 'base64url').toString());
  return z.object({ challenge: z.string().max(400) }).safeParse(data).data?.challenge ?? '';
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
