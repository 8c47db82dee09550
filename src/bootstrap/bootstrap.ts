import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { applyBootstrap } from './apply-bootstrap.ts';
import type { BootstrapFile, BootstrapProblem } from './bootstrap-file.ts';
import { checkReferences } from './check-references.ts';
import { parseBootstrap } from './parse-bootstrap.ts';
import type { BootstrapParts } from './ports.ts';
import { createRecordStore } from './record-store.ts';
import { type BootstrapReport, emptyReport } from './report.ts';
import type { SecretSources } from './secret-source.ts';

export type ApplyOutcome =
  | { outcome: 'applied'; report: BootstrapReport }
  /** Nothing was written. */
  | { outcome: 'invalid'; problems: BootstrapProblem[] };

export interface ApplyOptions {
  /** Also puts back what people have changed since, credentials included. */
  force?: boolean;
}

export interface Bootstrap {
  /** Idempotent; a run that died half-way is finished by the next. */
  apply(file: BootstrapFile, options?: ApplyOptions): Promise<ApplyOutcome>;
  applyFile(path: string, options: ApplyOptions & Pick<SecretSources, 'env'>): Promise<ApplyOutcome>;
}

/** Declares the collection of what was applied: to be called before the storage opens. */
export function createBootstrap(parts: BootstrapParts): Bootstrap {
  const records = createRecordStore(parts.storage);

  async function apply(file: BootstrapFile, { force = false }: ApplyOptions = {}): Promise<ApplyOutcome> {
    const problems = await checkReferences(file, parts);
    if (problems.length > 0) return { outcome: 'invalid', problems };
    const report = emptyReport();
    await applyBootstrap(file, parts, { records, report, force });
    return { outcome: 'applied', report };
  }

  return {
    apply,
    async applyFile(path, { env, ...options }) {
      const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => error);
      if (typeof text !== 'string')
        return {
          outcome: 'invalid',
          problems: [{ path: '', problem: `${path} cannot be read (${text.code})` }],
        };
      const parsed = parseBootstrap(text, { env, baseDir: dirname(resolve(path)) });
      return parsed.outcome === 'ok' ? apply(parsed.file, options) : parsed;
    },
  };
}
