import { z } from 'zod';

const permissionLevel = z.enum(['none', 'readOnly', 'standard', 'admin']);
export const permissionsSchema = z.strictObject({
  companyAdmin: permissionLevel.default('none'),
  directory: permissionLevel.default('none'),
});

export const membershipSchema = z.strictObject({
  /** `${companyId}:${accountId}` */
  id: z.string(),
  companyId: z.string(),
  accountId: z.string(),
  /** Only `active` counts: for claims, policy and the picker. */
  status: z.enum(['invited', 'active', 'inactive']),
  permissions: permissionsSchema,
  payments: z.enum(['payor', 'payee']).optional(),
  /** Before the @ of what the person may type instead of the address; `parseLoginName`, unique in the company (A5). */
  loginName: z.string().nullable().exactOptional(),
  createdAt: z.int(),
});
export type Membership = z.infer<typeof membershipSchema>;
