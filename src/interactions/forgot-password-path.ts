import type { PendingInteraction } from '#oidc';

/** The reset comes back to this request afterwards; address and language are carried over (D1, P4). */
export function forgotPasswordPath({ uid, params }: PendingInteraction, email?: string): string {
  const uiLocales = params['ui_locales'];
  const query = { resume: uid, ...(email && { email }), ...(uiLocales && { ui_locales: uiLocales }) };
  return `/forgot-password?${new URLSearchParams(query)}`;
}
