import type { RequestOrigin } from '#kernel';

/** Who does something, and from where. */
export interface Acting {
  /** Account id, 'system', 'bootstrap' or 'operator-cli'. */
  actor: string;
  origin?: RequestOrigin;
}

/** What an event keeps of the place that a request came from. */
export function placeOf(origin: RequestOrigin | undefined): { ip?: string; correlationId?: string } {
  const { ip, correlationId } = origin ?? {};
  return { ...(ip && { ip }), ...(correlationId && { correlationId }) };
}

/** Actor and place, as an event has them. */
export function actedBy({ actor, origin }: Acting): { actor: string; ip?: string; correlationId?: string } {
  return { actor, ...placeOf(origin) };
}
