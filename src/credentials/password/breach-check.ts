import { createHash } from 'node:crypto';
import type { Log } from '#kernel';
import { normalizePassword } from './password-rules.ts';

/** True for a password that is known from data breaches. Never rejects: who can't ask lets it pass. */
export type BreachCheck = (password: string) => Promise<boolean>;

export interface BreachCheckParts {
  /** Provider of k-anonymity ranges; `/` and five hexadecimal digits are added. */
  url: string;
  fetch(url: string, request: { headers: Record<string, string> }): Promise<Response>;
  log: Log;
}

const PREFIX = 5;

/**
 * Asks by the first five digits of the SHA-1 and compares the rest here, so that the provider learns neither password nor hash
 * (range API of Pwned Passwords; padded answers hide from the network how long the list is, their padding counts 0).
 */
export function createBreachCheck({ url, fetch, log }: BreachCheckParts): BreachCheck {
  const base = url.replace(/\/+$/, '');
  return async (password) => {
    const hash = createHash('sha1').update(normalizePassword(password)).digest('hex').toUpperCase();
    try {
      const answer = await fetch(`${base}/${hash.slice(0, PREFIX)}`, { headers: { 'add-padding': 'true' } });
      if (answer.status !== 200) throw new Error(`status ${answer.status}`);
      return isListed(await answer.text(), hash.slice(PREFIX));
    } catch (error) {
      log.warn(
        { reason: (error as Error).message },
        'breached passwords could not be looked up: not checked',
      );
      return false;
    }
  };
}

function isListed(list: string, suffix: string): boolean {
  return list.split('\n').some((line) => {
    const [listed, count] = line.trim().split(':');
    return listed?.toUpperCase() === suffix && Number(count) > 0;
  });
}
