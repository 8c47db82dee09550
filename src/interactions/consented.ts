import type { PendingInteraction } from '#oidc';

/** Whether the person allowed this client, at an earlier log-in, all that it asks for now. */
export type Consented = (
  accountId: string,
  pending: PendingInteraction,
  companyId: string | undefined,
) => Promise<boolean>;
