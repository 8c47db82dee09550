import type { RegistrationResponseJSON } from '@simplewebauthn/server';
import { endingSignIns } from '../change-factor.ts';
import { kindOf, type Passkeys } from './passkey-factor.ts';
import { passkeyNotices } from './passkey-notices.ts';
import { ALGORITHMS } from './passkey-options.ts';
import type { PasskeySite, PasskeysParts } from './passkey-parts.ts';
import type { StoredPasskey } from './passkey-store.ts';
import { challengeOf, readAttestation, withoutStatement } from './webauthn-answer.ts';

/** As many as one person may have. */
const MOST = 20;

export function createAddPasskey(parts: PasskeysParts, site: PasskeySite): Passkeys['add'] {
  const { store, challenges, clock, accounts } = parts;

  return async (accountId, answer, { binding, name, raiseEpoch = false, ...acting }) => {
    const response = site.available ? readAttestation(answer) : undefined;
    if (!response) return { outcome: 'refused' };
    const challenge = challengeOf(response);
    const scope = { purpose: 'add', binding, accountId } as const;
    if (!challenges.isAlive(challenge, scope)) return { outcome: 'expired' };
    const made = await madeCredential(response, challenge, site);
    if (!made) return { outcome: 'refused' };
    if (!(await challenges.spend(challenge, scope))) return { outcome: 'expired' };
    if ((await store.of(accountId)).length >= MOST) return { outcome: 'full' };
    const passkey = { ...made, accountId, name, createdAt: clock.now() };
    const told = await passkeyNotices(parts, passkey, acting, 'passkey-added');
    const keep = () => store.add(passkey, told);
    const { result: kept, ...ended } = raiseEpoch
      ? await endingSignIns(accounts, accountId, keep)
      : { result: await keep() };
    return kept ? { outcome: 'added', kind: kindOf(passkey), ...ended } : { outcome: 'taken' };
  };
}

/** Undefined where the answer isn't what our page asked for. */
async function madeCredential(
  response: RegistrationResponseJSON,
  challenge: string,
  { origin, rpId }: PasskeySite,
): Promise<Pick<StoredPasskey, 'id' | 'publicKey' | 'counter' | 'transports' | 'synced'> | undefined> {
  const bare = await withoutStatement(response);
  if (!bare) return undefined;
  const { verifyRegistrationResponse } = await import('@simplewebauthn/server');
  const answer = await verifyRegistrationResponse({
    response: bare,
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: rpId,
    requireUserVerification: true,
    supportedAlgorithmIDs: [...ALGORITHMS],
  }).catch(() => undefined);
  if (!answer?.verified) return undefined;
  const { credential, credentialDeviceType } = answer.registrationInfo;
  return {
    id: credential.id,
    publicKey: Buffer.from(credential.publicKey).toString('base64url'),
    counter: credential.counter,
    transports: response.response.transports ?? [],
    synced: credentialDeviceType === 'multiDevice',
  };
}
