import type { Account } from '#accounts';
import type { Acting } from '#audit';
import { AppError, type Clock, type Randomness } from '#kernel';
import type { Emission } from '#storage';
import { endingSignIns } from '../change-factor.ts';
import type { Totp, TotpSetUp } from '../credentials.ts';
import { auditOf, instantFor, mailTo } from '../notices.ts';
import type { CredentialAccounts, CredentialAudit, CredentialMessages } from '../ports.ts';
import type { SecondFactorTries } from '../second-factor-tries.ts';
import { accountLabel, encodeSecret, matchingStep, otpauthUri, parseCode, parseSecret } from './totp-code.ts';
import type { StoredTotp, TotpStore } from './totp-store.ts';

export interface TotpParts {
  apps: TotpStore;
  tries: SecondFactorTries;
  clock: Clock;
  randomness: Randomness;
  accounts: Pick<CredentialAccounts, 'byId' | 'raiseEpoch'>;
  messages: CredentialMessages;
  audit: CredentialAudit;
  brandName: string;
}

export function createTotp(parts: TotpParts): Totp {
  const { apps, tries, clock, randomness, audit, brandName, accounts } = parts;

  async function confirm(
    accountId: string,
    secret: string,
    code: string,
    { raiseEpoch = false, ...acting }: Acting & { raiseEpoch?: boolean },
  ) {
    const parsed = parseCode(code);
    const step = parsed === undefined ? undefined : await matchingStep(secret, parsed, clock.now());
    if (step === undefined) return { outcome: 'wrong' } as const;
    // The code of the enrolment is spent: it can't be the one of the next challenge (X30).
    const enrolment = { accountId, secret, lastStep: step, enrolledAt: clock.now() };
    const notices = await enrolmentNotices(parts, accountId, acting);
    const enrol = () => apps.enrol(enrolment, notices);
    if (!raiseEpoch) return { outcome: 'ok', version: await enrol() } as const;
    const { result: version, epoch } = await endingSignIns(accounts, accountId, enrol);
    return { outcome: 'ok', version, epoch } as const;
  }

  async function evaluate(stored: StoredTotp & { secret: string }, code: string) {
    const now = clock.now();
    const step = await matchingStep(stored.secret, code, now);
    if (step === undefined) return { outcome: 'wrong' } as const;
    const taken = await apps.takeStep(stored.accountId, stored.version, step, now);
    return taken
      ? ({ outcome: 'ok', step, version: stored.version } as const)
      : ({ outcome: 'reused' } as const);
  }

  return {
    begin: (account) => setUp(account, encodeSecret(randomness.bytes), brandName),
    describe: (account, secret) => setUp(account, secret, brandName),
    async confirm(accountId, secret, code, options) {
      const result = await tries.attempt('enrolment', accountId, options, () =>
        confirm(accountId, secret, code, options),
      );
      return result.outcome === 'ok' ? { ...result, outcome: 'enrolled' } : result;
    },
    async verify(accountId, input, origin) {
      const stored = await apps.get(accountId);
      if (!isEnrolled(stored)) return { outcome: 'none' };
      const code = parseCode(input);
      // No code at all is no guess.
      if (code === undefined) return { outcome: 'wrong' };
      return tries.attempt('second-factor', accountId, { actor: accountId, origin }, () =>
        evaluate(stored, code),
      );
    },
    async status(accountId) {
      const stored = await apps.get(accountId);
      if (!isEnrolled(stored)) return { enrolled: false, version: stored?.version ?? 0 };
      const { enrolledAt, lastUsedAt, version } = stored;
      return { enrolled: true, enrolledAt, version, ...(lastUsedAt !== undefined && { lastUsedAt }) };
    },
    remove: (accountId, acting, emit = []) =>
      apps.remove(accountId, [audit.emission(auditOf('authenticator.removed', accountId, acting)), ...emit]),
    async importTotp(accountId, base32, acting) {
      const secret = parseSecret(base32);
      if (secret === undefined) throw new AppError('totp-secret-invalid', 422);
      const event = auditOf('authenticator.imported', accountId, acting);
      await apps.enrol({ accountId, secret, lastStep: 0, enrolledAt: clock.now() }, [audit.emission(event)]);
    },
  };
}

function isEnrolled(stored: StoredTotp | undefined): stored is StoredTotp & { secret: string } {
  return stored?.secret !== undefined;
}

async function setUp(account: Account, secret: string, brandName: string): Promise<TotpSetUp> {
  const uri = otpauthUri(brandName, account.email, secret);
  // Loaded with the first enrolment.
  const { toString: drawQr } = await import('qrcode');
  const svg = await drawQr(uri, { type: 'svg', errorCorrectionLevel: 'M', margin: 2 });
  return {
    secret,
    uri,
    groups: secret.match(/.{1,4}/g) ?? [],
    qrImage: `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`,
    accountLabel: accountLabel(brandName, account.email),
  };
}

async function enrolmentNotices(
  { accounts, messages, audit, clock }: TotpParts,
  accountId: string,
  acting: Acting,
): Promise<Emission[]> {
  const event = audit.emission(auditOf('authenticator.added', accountId, acting));
  const account = await accounts.byId(accountId);
  if (!account) return [event];
  const data = { name: account.name, at: instantFor(account, clock.now()) };
  return [event, messages.emission(mailTo(account, 'authenticator-added', data))];
}
