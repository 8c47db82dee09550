import type { AuthenticationResponseJSON } from '@simplewebauthn/server';
import type { Acting } from '#audit';
import { auditOf } from '../notices.ts';
import type { ChallengeScope } from './passkey-challenge.ts';
import { type KeyKind, kindOf, type PasskeyRefusal } from './passkey-factor.ts';
import { handleOf, type PasskeySite, type PasskeysParts } from './passkey-parts.ts';
import type { StoredPasskey } from './passkey-store.ts';
import { challengeOf, readAssertion } from './webauthn-answer.ts';

type Checked = { outcome: 'ok'; accountId: string; kind: KeyKind } | PasskeyRefusal;

/** Checks what a browser signed with a passkey, and spends its challenge. */
export function createCheckAssertion(parts: PasskeysParts, site: PasskeySite) {
  const { store, challenges, clock, audit } = parts;

  return async (answer: string, scope: ChallengeScope, acting: Omit<Acting, 'actor'>): Promise<Checked> => {
    // Switched off, also for pages that were open before.
    const response = site.available ? readAssertion(answer) : undefined;
    if (!response) return { outcome: 'refused' };
    const challenge = challengeOf(response);
    if (!challenges.isAlive(challenge, scope)) return { outcome: 'expired' };
    const passkey = await store.get(response.id);
    if (!passkey || !(await isHolder(parts, passkey, response, scope))) return { outcome: 'refused' };
    const counter = await counterOfGenuine(passkey, response, challenge, site);
    if (counter === undefined) return { outcome: 'refused' };
    if (!(await challenges.spend(challenge, scope))) return { outcome: 'expired' };
    const { id, accountId, name } = passkey;
    if (await store.use(id, counter, clock.now())) return { outcome: 'ok', accountId, kind: kindOf(passkey) };
    const by = { actor: accountId, ...acting };
    await audit.record(auditOf('passkey.counter-regressed', accountId, by, { name }));
    return { outcome: 'refused' };
  };
}

/** A discoverable credential says whose it is; it has to be the one whom we know it by. */
async function isHolder(
  parts: PasskeysParts,
  { accountId }: StoredPasskey,
  { response }: AuthenticationResponseJSON,
  scope: ChallengeScope,
): Promise<boolean> {
  if (scope.accountId !== undefined && scope.accountId !== accountId) return false;
  if (response.userHandle === undefined) return scope.accountId !== undefined;
  return response.userHandle === (await handleOf(parts, accountId));
}

/** @simplewebauthn throws for whatever is wrong with an answer: origin, RP ID, signature, flags. */
async function counterOfGenuine(
  passkey: StoredPasskey,
  response: AuthenticationResponseJSON,
  challenge: string,
  { origin, rpId }: PasskeySite,
): Promise<number | undefined> {
  const { verifyAuthenticationResponse } = await import('@simplewebauthn/server');
  const credential = {
    id: passkey.id,
    publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
    // Compared where it is stored, atomically.
    counter: 0,
  };
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: rpId,
      credential,
      requireUserVerification: true,
    });
    return verified ? authenticationInfo.newCounter : undefined;
  } catch {
    return undefined;
  }
}
