/** In characters, as people count them. */
const LONGEST_NAME = 60;

/** Why a trimmed name is none for a passkey; undefined when it is one. */
export function passkeyNameRefusal(name: string) {
  if (name === '') return 'credentials:passkey-name';
  return [...name].length > LONGEST_NAME ? 'credentials:passkey-name-long' : undefined;
}
