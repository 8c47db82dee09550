import { setTimeout as wait } from 'node:timers/promises';
import { PASSWORD } from '../test/support/world.ts';
import { checkHistory } from './checker/check-history.ts';
import { faultFigures } from './checker/recovery.ts';
import type { CleanUps } from './clean-ups.ts';
import { operationsOf } from './history/event.ts';
import { createRecorder, digest, type Recorder } from './history/recorder.ts';
import { smallDisk } from './nemesis/disk-full.ts';
import type { Fault } from './nemesis/fault.ts';
import type { ScenarioResult } from './report/result.ts';
import type { Scenario } from './scenarios.ts';
import { inspect } from './system/inspect.ts';
import { startServices } from './system/services.ts';
import { REQUEST_TIMEOUT_SECONDS, startSystem } from './system/system.ts';
import { type Actors, lookAt, startActors } from './workload/actors.ts';
import { createShift, seededChance } from './workload/pace.ts';
import type { Surroundings } from './workload/person.ts';
import { recordedParty } from './workload/relying-party.ts';
import { createSender } from './workload/send.ts';

export interface RunOptions {
  scenario: Scenario;
  seed: number;
  historyFile: string;
  servicesScript: string | undefined;
  cleanUps: CleanUps;
  progress(line: string): void;
}

/** The server's own time-out, and patience for a machine that does other things. */
const TIME_OUT_MS = (REQUEST_TIMEOUT_SECONDS + 5) * 1_000;
const RECOVERY_MS = 15_000;
const READINESS_MS = 5_000;
const CALM_MS = 2_000;
/** Visits that get a last look at the end. */
const LAST_LOOKS = 25;

export async function runScenario(options: RunOptions): Promise<ScenarioResult> {
  const { scenario, cleanUps, progress } = options;
  const began = performance.now();
  const recorder = createRecorder(options.historyFile);
  const disk = scenario.onSmallDisk ? smallDisk() : undefined;
  if (disk) cleanUps.add(disk.remove);
  const services =
    scenario.engine === 'mongo-redis' ? await startServices(options.servicesScript ?? '') : undefined;
  if (services) cleanUps.add(services.stop);
  const system = await startSystem({
    nodes: scenario.nodes,
    ...(scenario.workers && { workers: scenario.workers }),
    recorder,
    ...(disk && { dataDir: disk.folder }),
    ...(services && { env: services.env }),
  });
  cleanUps.add(system.stop);

  const sender = createSender(recorder, TIME_OUT_MS + 2_000);
  const shift = createShift();
  cleanUps.add(shift.end);
  const around: Surroundings = {
    issuer: system.issuer,
    recorder,
    send: sender.send,
    party: recordedParty(system.issuer, recorder, sender.send),
    shift,
  };
  const actors = startActors({ around, chance: seededChance(options.seed), dataDir: system.dataDir });
  const faults = scenario.faults({ system, services, disk });
  await Promise.race([
    inTurn(faults, recorder, progress),
    actors.done.then(() => Promise.reject(new Error('the actors ended early'))),
  ]);
  shift.end();
  await actors.done;
  await lastLook(around, actors);
  sender.total();
  for (const node of system.nodes) await node.kill();
  const records = await inspect(system);
  await recorder.close();
  const findings = checkHistory(recorder.events, {
    timeOutMs: TIME_OUT_MS,
    readinessMs: READINESS_MS,
    recoveryMs: RECOVERY_MS,
    initialPassword: digest(PASSWORD),
    turnsRed: (name) => faults.some((one) => one.name === name && one.turnsRed),
    records,
  });
  return {
    id: scenario.id,
    title: scenario.title,
    seconds: Math.round((performance.now() - began) / 1000),
    counts: counts(recorder),
    faults: faultFigures(recorder.events),
    findings,
  };
}

async function inTurn(
  faults: readonly Fault[],
  recorder: Recorder,
  progress: (line: string) => void,
): Promise<void> {
  await wait(CALM_MS);
  for (const { name, holdMs, shiftMs, begin, end } of faults) {
    progress(`  ${name}`);
    const more = { name, ...(shiftMs !== undefined && { shiftMs }) };
    recorder.note({ type: 'fault', phase: 'begin', ...more });
    await begin();
    await wait(holdMs);
    await end();
    recorder.note({ type: 'fault', phase: 'end', ...more });
    await calm(recorder);
  }
}

/** Until the prober is in again, then for a while. */
async function calm(recorder: Recorder): Promise<void> {
  const since = recorder.now();
  while (recorder.now() - since < RECOVERY_MS && !isIn(recorder, since)) await wait(50);
  await wait(CALM_MS);
}

function isIn({ events }: Recorder, since: number): boolean {
  const later = events.slice(events.findLastIndex(({ at }) => at < since) + 1);
  const invoked = later.flatMap((one) =>
    one.type === 'invoke' && one.act === 'log-in' && one.actor === 'prober' ? [one.id] : [],
  );
  return later.some((one) => one.type === 'ok' && invoked.includes(one.id));
}

async function lastLook(around: Surroundings, { kept }: Actors): Promise<void> {
  for (const visit of kept.slice(-LAST_LOOKS)) await lookAt(around, 'last-look', visit);
}

function counts({ events }: Recorder): Record<string, number> {
  const operations = operationsOf(events);
  const of = (outcome: string) => operations.filter((one) => one.outcome === outcome).length;
  return {
    operations: operations.length,
    ok: of('ok'),
    refused: of('fail'),
    unknown: of('unknown'),
    requests: events.reduce((sum, one) => sum + (one.type === 'requests' ? one.count : 0), 0),
    answers503: events.filter((one) => one.type === 'answer' && one.status === 503).length,
  };
}
