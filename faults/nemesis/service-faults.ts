import type { ServiceProcess } from '../system/services.ts';
import type { Fault } from './fault.ts';

/** Ended and started again on the same data and port. */
export function restart(
  name: string,
  service: ServiceProcess,
  signal: 'SIGTERM' | 'SIGKILL',
  holdMs: number,
): Fault {
  return {
    name: signal === 'SIGKILL' ? `kill -9 of ${name}` : `stop of ${name}`,
    turnsRed: true,
    holdMs,
    begin: () => service.end(signal),
    end: () => service.start(),
  };
}

/** Connections stay, answers don't come (SIGSTOP); what was sent meanwhile is done afterwards. */
export function stall(name: string, service: ServiceProcess, holdMs: number): Fault {
  return {
    name: `stall of ${name}`,
    turnsRed: true,
    holdMs,
    begin: async () => service.stall(),
    end: async () => service.goOn(),
  };
}
