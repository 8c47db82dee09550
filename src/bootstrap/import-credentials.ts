import type { AccountEntry } from './bootstrap-file.ts';
import type { BootstrapParts } from './ports.ts';
import { type BootstrapRecord, digestOf } from './record-store.ts';

const acting = { actor: 'bootstrap' };

interface Credential {
  name: 'password' | 'totpSecret' | 'phone';
  digest: string;
  import(): Promise<void>;
  /** Rises when the person changes it; undefined where nobody counts. */
  version(): Promise<number | undefined>;
}

/** The credentials that an account's entry carries. */
export function credentialsOf(
  { credentials }: Pick<BootstrapParts, 'credentials'>,
  accountId: string,
  entry: AccountEntry,
): Credential[] {
  const { password, passwordHash: hash, passwordChangedAt, totpSecret, phone } = entry;
  const found: Credential[] = [];
  if (password !== undefined || hash !== undefined) {
    const imported = {
      ...(password !== undefined && { password }),
      ...(hash !== undefined && { hash }),
      ...(passwordChangedAt !== undefined && { changedAt: Date.parse(passwordChangedAt) }),
    };
    found.push({
      name: 'password',
      digest: digestOf({ password, hash }),
      import: () => credentials.passwords.importPassword(accountId, imported, acting),
      version: async () => (await credentials.passwords.state(accountId)).version,
    });
  }
  if (totpSecret !== undefined)
    found.push({
      name: 'totpSecret',
      digest: digestOf(totpSecret),
      import: () => credentials.totp.importTotp(accountId, totpSecret, acting),
      version: async () => (await credentials.totp.status(accountId)).version,
    });
  if (phone !== undefined)
    found.push({
      name: 'phone',
      digest: digestOf(phone),
      import: () => credentials.phones.importPhone(accountId, phone),
      version: async () => undefined,
    });
  return found;
}

/** Imports them and tells what to remember of it. */
export async function importCredentials(
  credentials: readonly Credential[],
): Promise<Pick<BootstrapRecord, 'applied' | 'versions'>> {
  const applied: Record<string, string> = {};
  const versions: Record<string, number> = {};
  for (const credential of credentials) {
    await credential.import();
    applied[credential.name] = credential.digest;
    const version = await credential.version();
    if (version !== undefined) versions[credential.name] = version;
  }
  return { applied, versions };
}

/** Those that the file says otherwise than when it was applied, or that the person changed since. */
export async function differingCredentials(
  credentials: readonly Credential[],
  record: BootstrapRecord | undefined,
): Promise<Credential[]> {
  const found: Credential[] = [];
  for (const credential of credentials) {
    const same = record?.applied[credential.name] === credential.digest;
    if (!same || (await credential.version()) !== record?.versions[credential.name]) found.push(credential);
  }
  return found;
}
