import { hash, timingSafeEqual } from 'node:crypto';

/** SHA-256 in base64url: how a bearer value (code, token, link, cookie) is stored and looked up. */
export function sha256(value: string): string {
  return hash('sha256', value, 'base64url');
}

/** Compares two strings without telling by its time where they differ. */
export function equalInConstantTime(a: string, b: string): boolean {
  return timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'));
}
