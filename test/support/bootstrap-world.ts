import { type ApplyOptions, createBootstrap, parseBootstrap } from '#bootstrap';
import { systemRandomness } from '#kernel';
import { createConnections } from '../../src/federation/connection-store.ts';
import { createDirectory, emission } from './directory.ts';
import { createDirectoryCredentials } from './directory-credentials.ts';

/** Where the files of these tests find their secrets. */
export const sources = { baseDir: '/', env: { PORTAL_SECRET: 'from-the-environment' } };
const issuer = 'https://login.example';

/** The bootstrap file over real storage, accounts, companies and credentials; in memory unless a folder is named. */
export async function createBootstrapWorld(options: { dataDir?: string } = {}) {
  const directory = createDirectory(options);
  const audited: { type: string }[] = [];
  const audit = {
    record: async (event: { type: string }) => void audited.push(event),
    emission: emission('audit'),
  };
  const credentials = createDirectoryCredentials(directory, { audit });
  const connections = createConnections({ storage: directory.storage, issuer, production: false, audit });
  const bootstrap = createBootstrap({
    ...directory,
    randomness: systemRandomness,
    connections,
    credentials,
    audit,
    config: { issuer, production: false, termsVersion: '7' },
  });
  await directory.storage.open();

  async function apply(text: string, options?: ApplyOptions) {
    const parsed = parseBootstrap(text, sources);
    if (parsed.outcome !== 'ok') return parsed;
    return bootstrap.apply(parsed.file, options);
  }

  return {
    directory,
    credentials,
    bootstrap,
    connections,
    /** Events recorded on their own; the others are emitted with their change. */
    audited,
    apply,
    async applied(text: string, options?: ApplyOptions) {
      const outcome = await apply(text, options);
      if (outcome.outcome !== 'applied') throw new Error(JSON.stringify(outcome));
      return outcome.report;
    },
    async verdict(email: string, password: string) {
      const account = await directory.accounts.byEmail(email);
      return (await credentials.passwords.verify({ account, password, origin: {} })).outcome;
    },
    idOf: async (email: string) => (await directory.accounts.byEmail(email))?.id as string,
    async close() {
      await credentials.close();
      await directory.storage.close();
    },
  };
}

export type BootstrapWorld = Awaited<ReturnType<typeof createBootstrapWorld>>;
