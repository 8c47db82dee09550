import type { Account } from '#accounts';
import { AppError } from '#kernel';
import type { AccountEntry, Entry } from './bootstrap-file.ts';
import { credentialsOf, differingCredentials, importCredentials } from './import-credentials.ts';
import type { BootstrapParts } from './ports.ts';
import { mergeRecord, type Reconciliation, reconcile } from './reconcile.ts';

const KIND = 'account';

/**
 * Makes the account with its credentials, or brings an existing one up to what the file says anew.
 * A creation that died half-way is finished by the next run: the record says `pending` until the credentials are in.
 */
export async function applyAccount(
  parts: BootstrapParts,
  run: Reconciliation,
  { value, stated }: Entry<AccountEntry>,
): Promise<void> {
  const entry = `${KIND} ${value.normalized}`;
  const recordId = `${KIND}/${value.normalized}`;
  const record = await run.records.get(recordId);
  const found = await parts.accounts.resolveAddress(value.normalized);

  if (!found) {
    if (record && !record.pending && !run.force) run.report.differences.push({ entry, field: '(removed)' });
    else await createFromEntry(parts, run, value);
    return;
  }
  const { account, state } = found;
  if (record?.pending && record.accountId === account.id) {
    await finishCreation(parts, run, account.id, value);
    return;
  }
  if (state !== 'primary') run.report.differences.push({ entry, field: 'email' });
  await reconcile<Account>(run, {
    kind: KIND,
    id: value.normalized,
    stated,
    current: account,
    create: async () => undefined,
    async replace(next) {
      await parts.accounts.update(account.id, () => next);
      await parts.audit.record({ type: 'account.changed', actor: 'bootstrap', accountId: account.id });
    },
  });
  await applyCredentials(parts, run, account.id, value);
}

async function createFromEntry(
  parts: BootstrapParts,
  run: Reconciliation,
  value: AccountEntry,
): Promise<void> {
  const { clock, randomness, config } = parts;
  const id = randomness.id();
  const { email, name, locale, timeZone, claims, platformRole, acceptedTerms, normalized } = value;
  await mergeRecord(run.records, `${KIND}/${normalized}`, { accountId: id, pending: true });
  const outcome = await parts.accounts.create({
    id,
    email,
    name,
    status: 'active',
    emailVerified: true,
    actor: 'bootstrap',
    ...(locale && { locale }),
    ...(timeZone && { timeZone }),
    ...(claims && { claims }),
    ...(platformRole && { platformRole }),
    ...(acceptedTerms && { acceptedTerms: { version: config.termsVersion, at: clock.now() } }),
  });
  // Somebody else made it this moment: another node with the same file, most likely. The next run compares.
  if (outcome.outcome === 'address-taken') return void run.report.unchanged.push(`${KIND} ${normalized}`);
  if (outcome.outcome === 'invalid-address') throw new AppError('bootstrap.invalid', 422);
  await finishCreation(parts, run, id, value);
}

async function finishCreation(
  parts: BootstrapParts,
  run: Reconciliation,
  accountId: string,
  value: AccountEntry,
): Promise<void> {
  const imported = await importCredentials(credentialsOf(parts, accountId, value));
  await mergeRecord(run.records, `${KIND}/${value.normalized}`, { ...imported, accountId, pending: false });
  run.report.created.push(`${KIND} ${value.normalized}`);
}

/** Credentials of an existing account change only by force, which ends what was signed in with the former ones. */
async function applyCredentials(
  parts: BootstrapParts,
  run: Reconciliation,
  accountId: string,
  value: AccountEntry,
): Promise<void> {
  const entry = `${KIND} ${value.normalized}`;
  const recordId = `${KIND}/${value.normalized}`;
  const record = await run.records.get(recordId);
  const differing = await differingCredentials(credentialsOf(parts, accountId, value), record);
  if (differing.length === 0) return;
  if (!run.force) {
    for (const { name } of differing) run.report.differences.push({ entry, field: name });
    return;
  }
  await mergeRecord(run.records, recordId, await importCredentials(differing));
  const password = differing.some(({ name }) => name === 'password');
  await parts.accounts.raiseEpoch(accountId, password ? 'password-changed' : 'factor-changed');
  const fields = differing.map(({ name }) => name).join(', ');
  await parts.audit.record({
    type: 'account.credentials-imported',
    actor: 'bootstrap',
    accountId,
    details: { fields },
  });
  if (!run.report.updated.includes(entry)) run.report.updated.push(entry);
  run.report.unchanged = run.report.unchanged.filter((one) => one !== entry);
}
