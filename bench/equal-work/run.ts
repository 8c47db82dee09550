import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { benchHash, HASHES } from '../hashes.ts';
import { createRelyingParty } from '../load/relying-party.ts';
import { startTarget } from '../targets/target-process.ts';
import { prepareTarget } from '../targets/targets.ts';
import { type EqualWorkResult, equalWorkNote, pairTable } from './document.ts';
import { takeSamples } from './series.ts';
import { equalWorkWorld } from './world.ts';

const USAGE = `npm run bench:equal -- [options]
  --samples <number>   of each series; 1000 unless told
  --write              keep the raw result in bench/results and write bench/notes/equal-work.md`;

const LEAST_SAMPLES = 20;
const WARM_UP = 30;

const { values } = parseArgs({
  options: {
    samples: { type: 'string', default: '1000' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(USAGE);
else await compare();

async function compare(): Promise<void> {
  const samples = Number(values.samples);
  if (!Number.isInteger(samples) || samples < LEAST_SAMPLES)
    throw new Error(`--samples wants a whole number of ${LEAST_SAMPLES} at least`);
  const result = await measure(samples);
  console.log(pairTable(result));
  if (values.write) publish(result);
}

async function measure(samples: number): Promise<EqualWorkResult> {
  const startedAt = new Date().toISOString();
  const before = load();
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-equal-work-'));
  const hash = HASHES.default;
  const world = equalWorkWorld(WARM_UP + samples, await benchHash(hash));
  const { settings } = prepareTarget('embedded', { folder, world, hash, env: {} });
  console.error(`starting with ${world.accounts.length} people`);
  try {
    const target = await startTarget({ ...settings, probed: false });
    const party = createRelyingParty(target.issuer, 1);
    try {
      const progress = (taken: number) => console.error(`${taken} of ${WARM_UP + samples}`);
      const series = await takeSamples(party.visitor, WARM_UP + samples, progress);
      for (const form of Object.values(series)) for (const one of Object.values(form)) one.splice(0, WARM_UP);
      const machine = {
        cores: availableParallelism(),
        node: process.versions.node,
        load: { before, after: load() },
      };
      return { startedAt, machine, samples, series };
    } finally {
      await party.close();
      await target.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Processes that run or wait to, the mean of a minute. */
function load(): number {
  return loadavg()[0] ?? Number.NaN;
}

/** The raw result first: the note says nothing that it does not hold. */
function publish(result: EqualWorkResult): void {
  const raw = `equal-work-${result.startedAt.slice(0, 10)}.json`;
  mkdirSync(fileURLToPath(new URL('../results', import.meta.url)), { recursive: true });
  const text = JSON.stringify(result).replaceAll(/("\w+":\[)/g, '\n  $1');
  writeFileSync(fileURLToPath(new URL(`../results/${raw}`, import.meta.url)), `${text}\n`);
  const note = fileURLToPath(new URL('../notes/equal-work.md', import.meta.url));
  writeFileSync(note, equalWorkNote(result, raw));
}
