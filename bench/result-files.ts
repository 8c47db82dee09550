import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { performanceDocument } from './document.ts';
import type { ProfileSummary } from './profile.ts';
import type { BenchResult } from './result.ts';

const RESULTS = fileURLToPath(new URL('./results', import.meta.url));
const DOCUMENT = fileURLToPath(new URL('../docs/performance.md', import.meta.url));
const PROFILES = join(RESULTS, 'profiles.json');

/** `<date>-<engines>.json` for whole runs; a later one of the same day takes its place. */
export function saveResult(result: BenchResult): void {
  mkdirSync(RESULTS, { recursive: true });
  const engines = result.processes.map(({ target }) => target).filter((target) => target !== 'bare');
  saveJson(join(RESULTS, `${result.startedAt.slice(0, 10)}-${engines.join('+')}.json`), result);
}

export function writeDocument(result: BenchResult): void {
  writeFileSync(
    DOCUMENT,
    performanceDocument({ result, before: firstResult(result), profiles: readProfiles() }),
  );
}

/** The oldest one that is kept, of a day before `now`. */
function firstResult(now: BenchResult): BenchResult | undefined {
  const [first] = readdirSync(RESULTS)
    .filter((name) => /^\d{4}-\d\d-\d\d-.*\.json$/.test(name))
    .sort();
  if (!first || first.slice(0, 10) >= now.startedAt.slice(0, 10)) return undefined;
  return JSON.parse(readFileSync(join(RESULTS, first), 'utf8')) as BenchResult;
}

/** Keeps the newest profile of each scenario. */
export function saveProfile(scenario: string, summary: ProfileSummary): void {
  saveJson(PROFILES, { ...readProfiles(), [scenario]: summary });
}

function readProfiles(): Record<string, ProfileSummary> {
  try {
    return JSON.parse(readFileSync(PROFILES, 'utf8')) as Record<string, ProfileSummary>;
  } catch {
    return {};
  }
}

function saveJson(path: string, value: object): void {
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}
