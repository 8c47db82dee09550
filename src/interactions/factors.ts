import { ACR } from '#oidc';
import type { FactorKind } from './progress.ts';
import type { StepName } from './step-name.ts';

/** What a second factor is worth and where it is asked for; a new factor is a new row. */
export interface Factor {
  kind: FactorKind;
  /** The step that takes its proof. */
  challenge: StepName;
  /** What it earns beside the first proof; absent: no more than that one. */
  acr?: string;
  /** RFC 8176, `recovery` for a recovery code. */
  amr: readonly string[];
  /** Whose payments it may open: a payor wants an app or better (M2, M3). */
  payments: 'payor' | 'payee' | 'none';
  /** False for what only stands in for a method that was lost. */
  isMethod: boolean;
}

/** The order in which methods are offered: those that every person can set up come first (G1). */
export const FACTORS: readonly Factor[] = [
  {
    kind: 'totp',
    challenge: 'authenticator-code',
    acr: ACR.mfaApp,
    amr: ['otp', 'mfa'],
    payments: 'payor',
    isMethod: true,
  },
  {
    kind: 'sms',
    challenge: 'sms-code',
    acr: ACR.mfa,
    amr: ['sms', 'mfa'],
    payments: 'payee',
    isMethod: true,
  },
  {
    kind: 'passkey',
    challenge: 'passkey',
    acr: ACR.phishingResistant,
    // Beside it the kind of key, which the proof knows.
    amr: ['mfa'],
    payments: 'payor',
    isMethod: true,
  },
  {
    kind: 'email',
    challenge: 'email-code',
    acr: ACR.mfa,
    // RFC 8176 has none for it.
    amr: ['email', 'mfa'],
    payments: 'none',
    isMethod: true,
  },
  { kind: 'recovery', challenge: 'recovery-code', amr: ['recovery'], payments: 'none', isMethod: false },
];

export function factorOf(kind: FactorKind | undefined): Factor | undefined {
  return FACTORS.find((factor) => factor.kind === kind);
}

/** Whether a proof of this factor opens payments to someone of this role (M2, M3, J4). */
export function opensPayments(factor: Factor | undefined, role: 'payor' | 'payee' | null): boolean {
  if (!factor || factor.payments === 'none') return false;
  return role !== 'payor' || factor.payments === 'payor';
}
