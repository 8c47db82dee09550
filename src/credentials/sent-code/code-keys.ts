import { type SecretBox, sha256 } from '#kernel';
import type { CodeChannel, Place } from './code-channel.ts';

/** What stands in the storage for codes, the places where they count and their receivers, none of them in clear. */
export interface CodeKeys {
  idOf(place: Place): string;
  hashOf(id: string, code: string): string;
  receiverKey(to: string): string;
}

export function createCodeKeys(
  name: CodeChannel['name'],
  secretBox: Pick<SecretBox, 'blindIndex'>,
): CodeKeys {
  return {
    idOf: ({ purpose, accountId, binding }) => sha256(`${name}:${purpose}:${accountId}:${binding}`),
    // By the document too: the same digits elsewhere have another hash.
    hashOf: (id, code) => secretBox.blindIndex(`${name}-code`, `${id}:${code}`),
    receiverKey: (to) => secretBox.blindIndex(`${name}-receiver`, to),
  };
}
