/** The reset comes back to this request afterwards; the address is carried over (D1). */
export function forgotPasswordPath(uid: string, email?: string): string {
  return `/forgot-password?${new URLSearchParams({ resume: uid, ...(email && { email }) })}`;
}
