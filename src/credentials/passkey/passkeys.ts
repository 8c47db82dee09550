import { isIP } from 'node:net';
import type { AuthenticationResponseJSON } from '@simplewebauthn/server';
import type { Acting } from '#audit';
import type { Clock, Randomness } from '#kernel';
import type { Emission } from '#storage';
import { endingSignIns } from '../change-factor.ts';
import { auditOf, instantFor, mailTo } from '../notices.ts';
import type { CredentialAccounts, CredentialAudit, CredentialMessages } from '../ports.ts';
import { CHALLENGE_LIFE_MS, type ChallengeScope, type PasskeyChallenges } from './passkey-challenge.ts';
import type { KeyKind, Passkeys, PasskeyView } from './passkey-factor.ts';
import type { PasskeyStore, StoredPasskey } from './passkey-store.ts';
import { challengeOf, readAssertion, readAttestation, withoutStatement } from './webauthn-answer.ts';

/** As many as one person may have. */
const MOST = 20;
const HANDLE_BYTES = 32;

export interface PasskeysParts {
  store: PasskeyStore;
  challenges: PasskeyChallenges;
  clock: Clock;
  randomness: Randomness;
  accounts: Pick<CredentialAccounts, 'byId' | 'raiseEpoch'>;
  messages: Pick<CredentialMessages, 'emission'>;
  audit: CredentialAudit;
  enabled: boolean;
  /** Origin and RP ID come from it alone. */
  issuer: string;
  brandName: string;
}

export function createPasskeys(parts: PasskeysParts): Passkeys {
  const { store, challenges, clock, randomness, accounts, audit, brandName } = parts;
  const { origin: expectedOrigin, hostname: rpId } = new URL(parts.issuer);
  const available = parts.enabled && isIP(rpId.replace(/^\[|\]$/g, '')) === 0;
  const handleOf = (accountId: string) =>
    store.handleOf(accountId, () => randomness.bytes(HANDLE_BYTES).toString('base64url'));

  /** @simplewebauthn throws for whatever is wrong with an answer: origin, RP ID, signature, flags. */
  async function isGenuine(passkey: StoredPasskey, response: AuthenticationResponseJSON, challenge: string) {
    const { verifyAuthenticationResponse } = await import('@simplewebauthn/server');
    const credential = {
      id: passkey.id,
      publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
      // Compared where it is stored, atomically.
      counter: 0,
    };
    try {
      return await verifyAuthenticationResponse({
        response,
        expectedChallenge: challenge,
        expectedOrigin,
        expectedRPID: rpId,
        credential,
        requireUserVerification: true,
      });
    } catch {
      return { verified: false as const };
    }
  }

  async function check(answer: string, scope: ChallengeScope, acting: Omit<Acting, 'actor'>) {
    // Switched off, also for pages that were open before.
    const response = available ? readAssertion(answer) : undefined;
    if (!response) return { outcome: 'refused' } as const;
    const challenge = challengeOf(response);
    if (!challenges.isAlive(challenge, scope)) return { outcome: 'expired' } as const;
    const passkey = await store.get(response.id);
    if (!passkey || !(await isHolder(passkey, response, scope))) return { outcome: 'refused' } as const;
    const verified = await isGenuine(passkey, response, challenge);
    if (!verified.verified) return { outcome: 'refused' } as const;
    if (!(await challenges.spend(challenge, scope))) return { outcome: 'expired' } as const;
    const by = { actor: passkey.accountId, ...acting };
    if (!(await store.use(passkey.id, verified.authenticationInfo.newCounter, clock.now()))) {
      await audit.record(auditOf('passkey.counter-regressed', passkey.accountId, by, { name: passkey.name }));
      return { outcome: 'refused' } as const;
    }
    return { outcome: 'ok', accountId: passkey.accountId, kind: kindOf(passkey) } as const;
  }

  /** A discoverable credential says whose it is; it has to be the one whom we know it by. */
  async function isHolder(
    { accountId }: StoredPasskey,
    { response }: AuthenticationResponseJSON,
    scope: ChallengeScope,
  ): Promise<boolean> {
    if (scope.accountId !== undefined && scope.accountId !== accountId) return false;
    if (response.userHandle === undefined) return scope.accountId !== undefined;
    return response.userHandle === (await handleOf(accountId));
  }

  function requestJson(challenge: string, allowed: readonly StoredPasskey[]): string {
    return JSON.stringify({
      challenge,
      rpId,
      timeout: CHALLENGE_LIFE_MS,
      userVerification: 'required',
      allowCredentials: allowed.map(({ id, transports }) => ({ id, type: 'public-key', transports })),
    });
  }

  const ownOf = async (accountId: string, id: string) => {
    const passkey = await store.get(id);
    return passkey?.accountId === accountId ? passkey : undefined;
  };

  return {
    available,
    async list(accountId) {
      return (await store.of(accountId)).map(viewOf);
    },
    async status(accountId) {
      const passkeys = await store.of(accountId);
      const uses = passkeys.flatMap(({ lastUsedAt }) => lastUsedAt ?? []);
      return {
        enrolled: passkeys.length > 0,
        count: passkeys.length,
        ...(passkeys[0] && { enrolledAt: passkeys[0].createdAt }),
        ...(uses.length > 0 && { lastUsedAt: Math.max(...uses) }),
      };
    },
    async creationOptions(account, binding) {
      const present = await store.of(account.id);
      return JSON.stringify({
        challenge: challenges.make({ purpose: 'add', binding, accountId: account.id }),
        rp: { id: rpId, name: brandName },
        user: { id: await handleOf(account.id), name: account.email, displayName: account.name },
        pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
        timeout: CHALLENGE_LIFE_MS,
        attestation: 'none',
        authenticatorSelection: {
          residentKey: 'required',
          requireResidentKey: true,
          userVerification: 'required',
        },
        excludeCredentials: present.map(({ id, transports }) => ({ id, type: 'public-key', transports })),
      });
    },
    async add(accountId, answer, { binding, name, raiseEpoch = false, ...acting }) {
      const response = available ? readAttestation(answer) : undefined;
      if (!response) return { outcome: 'refused' };
      const challenge = challengeOf(response);
      const scope = { purpose: 'add', binding, accountId } as const;
      if (!challenges.isAlive(challenge, scope)) return { outcome: 'expired' };
      const bare = await withoutStatement(response);
      if (!bare) return { outcome: 'refused' };
      const { verifyRegistrationResponse } = await import('@simplewebauthn/server');
      const verified = await verifyRegistrationResponse({
        response: bare,
        expectedChallenge: challenge,
        expectedOrigin,
        expectedRPID: rpId,
        requireUserVerification: true,
        supportedAlgorithmIDs: [...ALGORITHMS],
      }).catch(() => undefined);
      if (!verified?.verified) return { outcome: 'refused' };
      if (!(await challenges.spend(challenge, scope))) return { outcome: 'expired' };
      if ((await store.of(accountId)).length >= MOST) return { outcome: 'full' };
      const { credential, credentialDeviceType } = verified.registrationInfo;
      const passkey = {
        id: credential.id,
        accountId,
        publicKey: Buffer.from(credential.publicKey).toString('base64url'),
        counter: credential.counter,
        transports: response.response.transports ?? [],
        synced: credentialDeviceType === 'multiDevice',
        name,
        createdAt: clock.now(),
      };
      const told = await notices(parts, passkey, acting, 'passkey-added');
      const keep = () => store.add(passkey, told);
      const { result: kept, ...ended } = raiseEpoch
        ? await endingSignIns(accounts, accountId, keep)
        : { result: await keep() };
      return kept ? { outcome: 'added', kind: kindOf(passkey), ...ended } : { outcome: 'taken' };
    },
    async requestOptions(accountId, binding) {
      const challenge = challenges.make({ purpose: 'verify', binding, accountId });
      return requestJson(challenge, await store.of(accountId));
    },
    async verify(accountId, answer, { binding, origin }) {
      return check(answer, { purpose: 'verify', binding, accountId }, { origin });
    },
    signInOptions: (binding) => requestJson(challenges.make({ purpose: 'sign-in', binding }), []),
    signIn: (answer, { binding, origin }) => check(answer, { purpose: 'sign-in', binding }, { origin }),
    async rename(accountId, id, name, acting) {
      if (!(await ownOf(accountId, id))) return false;
      return store.rename(id, name, [
        audit.emission(auditOf('passkey.renamed', accountId, acting, { name })),
      ]);
    },
    async remove(accountId, id, acting) {
      const passkey = await ownOf(accountId, id);
      if (!passkey) return false;
      return store.remove(id, clock.now(), await notices(parts, passkey, acting, 'passkey-removed'));
    },
    async removeAll(accountId, acting) {
      for (const { id, name } of await store.of(accountId))
        await store.remove(id, clock.now(), [
          audit.emission(auditOf('passkey.removed', accountId, acting, { name })),
        ]);
    },
  };
}

/** COSE: ES256, EdDSA and, for Windows Hello, RS256. */
const ALGORITHMS = [-7, -8, -257] as const;

const kindOf = ({ synced }: StoredPasskey): KeyKind => (synced ? 'swk' : 'hwk');

function viewOf(passkey: StoredPasskey): PasskeyView {
  const { id, name, createdAt, lastUsedAt } = passkey;
  return { id, name, kind: kindOf(passkey), createdAt, ...(lastUsedAt !== undefined && { lastUsedAt }) };
}

/** The record of it, and a mail to the person. */
async function notices(
  { accounts, messages, audit, clock }: PasskeysParts,
  { accountId, name }: Pick<StoredPasskey, 'accountId' | 'name'>,
  acting: Acting,
  kind: 'passkey-added' | 'passkey-removed',
): Promise<Emission[]> {
  const type = kind === 'passkey-added' ? 'passkey.added' : 'passkey.removed';
  const event = audit.emission(auditOf(type, accountId, acting, { name }));
  const account = await accounts.byId(accountId);
  if (!account) return [event];
  const data = { name: account.name, at: instantFor(account, clock.now()), passkey: name };
  return [event, messages.emission(mailTo(account, kind, data))];
}
