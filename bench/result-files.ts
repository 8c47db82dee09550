import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { performanceDocument } from './document.ts';
import type { ProfileSummary } from './profile.ts';
import type { BenchResult } from './result.ts';

const RESULTS = fileURLToPath(new URL('./results', import.meta.url));
const DOCUMENT = fileURLToPath(new URL('../docs/performance.md', import.meta.url));

/** Where results, profiles and the page lie. */
export interface ResultPlace {
  results: string;
  document: string;
}

export const OFFICIAL: ResultPlace = { results: RESULTS, document: DOCUMENT };

/** Everything in one folder, with the results so far to compare with: nothing official is touched. */
export function trialPlace(folder: string): ResultPlace {
  mkdirSync(folder, { recursive: true });
  for (const name of resultNames(RESULTS)) copyFileSync(join(RESULTS, name), join(folder, name));
  return { results: folder, document: join(folder, 'performance.md') };
}

export type ResultFiles = ReturnType<typeof createResultFiles>;

export function createResultFiles({ results, document }: ResultPlace) {
  const profiles = join(results, 'profiles.json');

  function readProfiles(): Record<string, ProfileSummary> {
    try {
      return JSON.parse(readFileSync(profiles, 'utf8')) as Record<string, ProfileSummary>;
    } catch {
      return {};
    }
  }

  /** The oldest one that is kept, of a day before `now`. */
  function firstResult(now: BenchResult): BenchResult | undefined {
    const [first] = resultNames(results);
    if (!first || first.slice(0, 10) >= now.startedAt.slice(0, 10)) return undefined;
    return JSON.parse(readFileSync(join(results, first), 'utf8')) as BenchResult;
  }

  function saveJson(path: string, value: object): void {
    mkdirSync(results, { recursive: true });
    writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
  }

  return {
    /** `<date>-<engines>.json`; a later one of the same day takes its place. */
    saveResult(result: BenchResult): void {
      const engines = result.processes.map(({ target }) => target).filter((target) => target !== 'bare');
      saveJson(join(results, `${result.startedAt.slice(0, 10)}-${engines.join('+')}.json`), result);
    },
    /** Keeps the newest profile of each name. */
    saveProfile(name: string, summary: ProfileSummary): void {
      saveJson(profiles, { ...readProfiles(), [name]: summary });
    },
    writeDocument(result: BenchResult): void {
      const parts = { result, before: firstResult(result), profiles: readProfiles() };
      writeFileSync(document, performanceDocument(parts));
    },
  };
}

function resultNames(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /^\d{4}-\d\d-\d\d-.*\.json$/.test(name))
    .sort();
}
