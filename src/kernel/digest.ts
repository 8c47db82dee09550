import { createHash, timingSafeEqual } from 'node:crypto';

/** SHA-256 in base64url: how a bearer value (code, token, link, cookie) is stored and looked up. */
export function sha256(value: string): string {
  return createHash('sha256').update(value).digest('base64url');
}

/** Compares two strings without telling by its time where they differ. */
export function equalInConstantTime(a: string, b: string): boolean {
  const [left, right] = [createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest()];
  return timingSafeEqual(left, right);
}
