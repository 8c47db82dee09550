import { faultsOf, type HistoryEvent, operationsOf } from '../history/event.ts';
import { type AnswerLimits, answers } from './answers.ts';
import type { Finding } from './finding.ts';
import { lineageOf } from './lineage.ts';
import { nothingLost } from './nothing-lost.ts';
import { passwords } from './passwords.ts';
import { type Records, records } from './records.ts';
import { recovery } from './recovery.ts';
import { rotation } from './rotation.ts';
import { spentOnce } from './spent-once.ts';
import { staysEnded } from './stays-ended.ts';

export interface CheckOptions extends AnswerLimits {
  recoveryMs: number;
  /** Digest of the password that every account begins with. */
  initialPassword: string;
  turnsRed(fault: string): boolean;
  records: Records;
}

/** Every property over one history. Pure: the same history gives the same findings. */
export function checkHistory(events: readonly HistoryEvent[], options: CheckOptions): Finding[] {
  const operations = operationsOf(events);
  const faults = faultsOf(events);
  const lineage = lineageOf(operations, faults);
  return [
    ...spentOnce(operations),
    ...staysEnded(lineage),
    ...rotation(operations),
    ...nothingLost(lineage, faults),
    ...passwords(operations, options.initialPassword, faults),
    ...records(operations, options.records),
    ...answers(events, options, options.turnsRed),
    recovery(events, options.recoveryMs),
  ];
}
