import { PermanentRefusal } from '../permanent-refusal.ts';

/** Too early, too many, took too long: what another try may mend. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429]);

/**
 * @throws PermanentRefusal for the statuses that say no, with `detail` of the provider's own
 * @throws Error for what may pass
 */
export function assertTaken(provider: string, status: number, detail = ''): void {
  if (status >= 200 && status < 300) return;
  const code = [provider, status, detail].filter((part) => part !== '').join(' ');
  if (status >= 400 && status < 500 && !PASSING.has(status)) throw new PermanentRefusal(code);
  throw Object.assign(new Error('the provider could not take it'), { name: 'ProviderFailure', code });
}
