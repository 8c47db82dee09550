import { z } from 'zod';

/** Who did what to whom, from where. Append-only until it is forgotten; never secrets, codes or tokens. `type` is `noun.verb`. */
export const auditEventSchema = z.strictObject({
  id: z.string(),
  at: z.int(),
  /** The same instant, of a failed try alone: anybody may make many of them, so that they are forgotten earlier. */
  triedAt: z.int().optional(),
  type: z.string(),
  /** The account that acted, or 'system', 'bootstrap', 'operator-cli'. */
  actor: z.string(),
  accountId: z.string().optional(),
  companyId: z.string().optional(),
  clientId: z.string().optional(),
  ip: z.string().optional(),
  correlationId: z.string().optional(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).default({}),
});
export type AuditEvent = z.infer<typeof auditEventSchema>;

/** By the verb: `log-in.failed`, `second-factor.throttled` and the like. */
export const isFailedTry = (type: string): boolean => /\.(failed|throttled)$/.test(type);

export type { RequestOrigin } from '#kernel';
