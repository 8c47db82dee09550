import type { Account } from '#accounts';
import { AppError } from '#kernel';
import type { AccountEntry, Entry } from './bootstrap-file.ts';
import { credentialsOf, differingCredentials, importCredentials } from './import-credentials.ts';
import type { BootstrapParts } from './ports.ts';
import { mergeRecord, type Reconciliation, reconcile } from './reconcile.ts';
import type { BootstrapRecord } from './record-store.ts';

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
  const { clock, config } = parts;
  const { email, name, locale, timeZone, claims, platformRole, acceptedTerms, normalized } = value;
  const id = await announceCreation(parts, run, `${KIND}/${normalized}`);
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
  if (outcome.outcome === 'invalid-address')
    throw new AppError('bootstrap.invalid', 422, {
      params: { problem: `account ${normalized}: invalid address` },
    });
  await finishCreation(parts, run, id, value);
}

/** Resolves with the id that the account will have: the one that a former or parallel run announced, if any. */
async function announceCreation(
  { randomness }: BootstrapParts,
  { records }: Reconciliation,
  recordId: string,
): Promise<string> {
  const announced = await records.get(recordId);
  if (announced?.pending && announced.accountId) return announced.accountId;
  const id = randomness.id();
  if (announced) await mergeRecord(records, recordId, { accountId: id, pending: true });
  else {
    const record: BootstrapRecord = { id: recordId, applied: {}, versions: {}, accountId: id, pending: true };
    if (!(await records.insertIfAbsent(record))) return (await records.get(recordId))?.accountId ?? id;
  }
  return id;
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
  // An imported password ends the sessions by itself.
  if (differing.some(({ name }) => name !== 'password'))
    await parts.accounts.raiseEpoch(accountId, 'factor-changed');
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
