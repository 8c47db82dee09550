import { type CredentialsParts, createCredentials } from '#credentials';
import { silentLog, systemRandomness } from '#kernel';
import { CREDENTIALS_CONFIG } from './credentials-world.ts';
import { type Directory, emission } from './directory.ts';

/** What credentials of the people of a directory are made of: local people, and messages that nobody gets. */
export function credentialsParts(directory: Directory): CredentialsParts {
  return {
    ...directory,
    randomness: systemRandomness,
    log: silentLog,
    audit: { emission: emission('audit'), record: async () => {} },
    messages: {
      emission: emission('job'),
      sendAwaited: async () => {},
      sendSms: async () => {},
      stateOf: async () => 'sent',
    },
    ssoRouting: { isSsoTargeted: async () => undefined },
    config: CREDENTIALS_CONFIG,
  };
}

/** Before the storage opens. */
export const createDirectoryCredentials = (directory: Directory, instead: Partial<CredentialsParts> = {}) =>
  createCredentials({ ...credentialsParts(directory), ...instead });
