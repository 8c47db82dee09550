import { z } from 'zod';

/** Who did what to whom, from where. Append-only; never secrets, codes or tokens. `type` is `noun.verb`. */
export const auditEventSchema = z.strictObject({
  id: z.string(),
  at: z.int(),
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

export type { RequestOrigin } from '#kernel';
