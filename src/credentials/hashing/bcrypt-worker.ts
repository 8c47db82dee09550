import bcrypt from 'bcryptjs';

export type BcryptTask =
  | { kind: 'hash'; input: string; cost: number }
  | { kind: 'compare'; input: string; encoded: string };

/** Runs in a worker thread: bcryptjs is pure script and would hold the event loop for hundreds of milliseconds. */
export default function runBcrypt(task: BcryptTask): string | boolean {
  return task.kind === 'hash'
    ? bcrypt.hashSync(task.input, task.cost)
    : bcrypt.compareSync(task.input, task.encoded);
}
