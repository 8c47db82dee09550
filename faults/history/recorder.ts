import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { Act, Facts, HistoryEvent } from './event.ts';

/** Ends an operation; only the first call counts. */
export interface PendingOperation {
  ok(facts?: Facts): void;
  fail(reason: string): void;
  unknown(reason: string): void;
}

export interface Recorder {
  readonly events: readonly HistoryEvent[];
  now(): number;
  invoke(actor: string, act: Act, facts: Facts): PendingOperation;
  note(event: NoteWithoutTime): void;
  /** Writes what is left. */
  close(): Promise<void>;
}

type WithoutTime<T> = T extends { at: number } ? Omit<T, 'at'> : never;
type NoteWithoutTime = Extract<
  WithoutTime<HistoryEvent>,
  { type: 'fault' | 'readiness' | 'answer' | 'requests' }
>;

/** The raw history: in memory for the checker, and line by line in a file. */
export function createRecorder(path: string): Recorder {
  const events: HistoryEvent[] = [];
  const file = createWriteStream(path, { mode: 0o600 });
  const began = performance.now();
  let nextId = 1;
  const now = () => Math.round((performance.now() - began) * 10) / 10;

  function add(event: HistoryEvent): void {
    events.push(event);
    file.write(`${JSON.stringify(event)}\n`);
  }

  return {
    events,
    now,
    invoke(actor, act, facts) {
      const id = nextId++;
      let open = true;
      add({ type: 'invoke', at: now(), id, actor, act, facts });
      const end = (type: 'ok' | 'fail' | 'unknown', more: { facts?: Facts; reason?: string }) => {
        if (open) add({ type, at: now(), id, ...more });
        open = false;
      };
      return {
        ok: (result) => end('ok', result ? { facts: result } : {}),
        fail: (reason) => end('fail', { reason }),
        unknown: (reason) => end('unknown', { reason }),
      };
    },
    note: (event) => add({ ...event, at: now() } as HistoryEvent),
    async close() {
      file.end();
      await finished(file);
    },
  };
}

/** How a secret value is named in the history. */
export function digest(value: string): string {
  return createHash('sha256').update(value).digest('hex').slice(0, 16);
}
