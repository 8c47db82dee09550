import { z } from 'zod';
import { MINUTE } from '#kernel';

/** How long a proof counts within one log-in. */
const PROOF_LIFE_MS = 10 * MINUTE;

const proofBase = { accountId: z.string(), epoch: z.int(), at: z.int() };

/** RFC 8176: a key that stays in one device, or one that is copied between the person's devices. */
const keyKind = z.enum(['hwk', 'swk']);

/** What was proven first: a password or a passkey here, or a round trip to the company's IdP. */
export const primaryProofSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...proofBase, kind: z.literal('password'), version: z.int() }),
  z.strictObject({ ...proofBase, kind: z.literal('passkey'), key: keyKind }),
  z.strictObject({
    ...proofBase,
    kind: z.literal('sso'),
    connectionId: z.string(),
    companyId: z.string(),
    acr: z.string(),
    amr: z.array(z.string()),
    /** When the person proved themselves at the IdP, where that can be known. */
    authenticatedAt: z.int().optional(),
  }),
]);
export type PrimaryProof = z.infer<typeof primaryProofSchema>;

const FACTOR_KINDS = ['totp', 'sms', 'email', 'passkey', 'recovery'] as const;
export type FactorKind = (typeof FACTOR_KINDS)[number];

export const factorProofSchema = z.strictObject({
  ...proofBase,
  kind: z.enum(FACTOR_KINDS),
  /** Of a passkey. */
  key: keyKind.optional(),
});
export type FactorProof = z.infer<typeof factorProofSchema>;

/** All that is known of a log-in under way: one document, guarded, bound to one browser (W4, X19). */
export const progressSchema = z.strictObject({
  /** The library's id for all prompts of one authorization request. */
  cid: z.string(),
  /** Digest of the browser's own cookie. */
  browser: z.string(),
  identifier: z.strictObject({ normalized: z.string(), display: z.string(), domain: z.string() }).optional(),
  primary: primaryProofSchema.optional(),
  factor: factorProofSchema.optional(),
  /** The person wants this browser to be trusted once the log-in is complete (H13). */
  trustDevice: z.boolean().optional(),
  /** Setting up a method: choosing it, then proving the app; or giving a number, then proving it. */
  enrolment: z.enum(['select', 'setup', 'phone', 'phone-code', 'passkey', 'email']).optional(),
  /** "Remind me later" on the optional page. */
  enrolmentPostponed: z.boolean().optional(),
  /** After a recovery code the lost method is to be replaced (J6). */
  replaceMethod: z.enum(['offered', 'skipped']).optional(),
  companyId: z.string().optional(),
  /** The invited person has said yes. */
  joining: z.boolean().optional(),
  consented: z.boolean().optional(),
  declined: z.boolean().optional(),
  /** Somebody went to the IdP: an answer may be waiting. */
  leftForIdp: z.boolean().optional(),
  /** Error code of the last round trip to the IdP. */
  federationProblem: z.string().optional(),
  /** Sealed: what may be shown once more, never stored in the clear. */
  secrets: z.strictObject({ totpSecret: z.string().optional(), recoveryCode: z.string().optional() }),
  expiresAt: z.int(),
});
export type Progress = z.infer<typeof progressSchema>;

export interface ProofConditions {
  /** The account as it is now; a raised epoch or another person kills the proof. */
  account: { id: string; epoch: number; status: string };
  now: number;
}

/** A proof lives ten minutes and dies with the credential, the account or its epoch. */
export function isProofAlive(
  proof: { accountId: string; epoch: number; at: number },
  { account, now }: ProofConditions,
) {
  return (
    account.status === 'active' &&
    proof.accountId === account.id &&
    proof.epoch === account.epoch &&
    now - proof.at < PROOF_LIFE_MS
  );
}

/** Choosing another identifier forgets all that was proven for the former one. */
export function withIdentifier(
  progress: Progress,
  identifier: NonNullable<Progress['identifier']>,
): Progress {
  const { cid, browser, expiresAt, leftForIdp } = progress;
  return { cid, browser, expiresAt, identifier, secrets: {}, ...(leftForIdp && { leftForIdp }) };
}
