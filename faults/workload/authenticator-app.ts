import { totpCode } from '../../test/support/world.ts';
import type { Shift } from './pace.ts';

const STEP_MS = 30_000;

/** Of one account: shows each time step's code once, since a second use is refused (X30). */
export interface AuthenticatorApp {
  readonly isReady: boolean;
  /** Waits for a step that was not used yet. */
  nextCode(shift: Shift): Promise<{ code: string; step: number }>;
}

export function authenticatorApp(secret: string): AuthenticatorApp {
  let used = 0;
  const now = () => Math.floor(Date.now() / STEP_MS);
  return {
    get isReady() {
      return now() > used;
    },
    async nextCode(shift) {
      while (now() <= used && !shift.isOver) await shift.pause(200);
      used = now();
      return { code: await totpCode(used * STEP_MS, secret), step: used };
    },
  };
}
