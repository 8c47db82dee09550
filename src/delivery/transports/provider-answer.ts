import { PermanentRefusal } from '../permanent-refusal.ts';
import { DeliveryFailure } from './delivery-failure.ts';

/** Too early, too many, took too long: what another try may mend. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429]);

/** The provider and its host, as failures name it: a path or a query may hold a key. */
export const smsTarget = (provider: string, url: string): string => `sms ${provider} ${new URL(url).host}`;

/** @throws DeliveryFailure when there is no answer */
export async function askProvider(target: string, ask: () => Promise<Response>): Promise<Response> {
  try {
    return await ask();
  } catch (error) {
    const { reason, name } = error as { reason?: unknown; name?: string };
    throw new DeliveryFailure(target, [reason ?? name]);
  }
}

/**
 * @throws PermanentRefusal for the statuses that say no, with `detail` of the provider's own
 * @throws DeliveryFailure for what may pass
 */
export function assertTaken(target: string, status: number, detail?: string): void {
  if (status >= 200 && status < 300) return;
  const failure = new DeliveryFailure(target, [status, detail]);
  if (status >= 400 && status < 500 && !PASSING.has(status)) throw new PermanentRefusal(failure.code);
  throw failure;
}
