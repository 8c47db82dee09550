import { whyItStays } from '../../src/self-service/profile/remove-method.ts';
import type { Standing } from '../../src/self-service/profile/standing.ts';

type Kind = Parameters<typeof whyItStays>[1];

/** What a person with these methods stands at in Gamma Glass. */
function standing(
  has: readonly Kind[],
  mfa: { enforced?: boolean; methods?: readonly Kind[] } = {},
): Standing {
  const { enforced = true, methods = ['totp', 'sms', 'passkey', 'email'] } = mfa;
  return {
    policy: { mfa: { enforced, methods, from: 'gamma' } },
    companies: [{ id: 'gamma', name: 'Gamma Glass' }],
    hasApp: has.includes('totp'),
    hasPhone: has.includes('sms'),
    hasPasskey: has.includes('passkey'),
    hasEmailCode: has.includes('email'),
  } as unknown as Standing;
}

describe('which method has to stay', () => {
  const reason = { key: 'profile:errors.last-method', params: { company: 'Gamma Glass' } };

  it.each(['totp', 'sms', 'passkey', 'email'] as const)('K8 the only one, of the kind %s', (kind) => {
    expect(whyItStays(standing([kind]), kind)).toEqual(reason);
    expect(whyItStays(standing([kind], { enforced: false }), kind)).toBeUndefined();
    expect(whyItStays(standing(['totp', 'sms', 'passkey', 'email']), kind)).toBeUndefined();
  });

  it('K8 C4 the only one that will do for a payments role, beside one that will not', () => {
    const payor = standing(['totp', 'sms'], { methods: ['totp', 'passkey'] });
    expect(whyItStays(payor, 'totp')).toEqual(reason);
    expect(whyItStays(payor, 'sms')).toBeUndefined();
  });

  it('K8 none of several passkeys, unless passkeys are switched off', () => {
    expect(whyItStays(standing(['passkey']), 'passkey', 2)).toBeUndefined();
    expect(whyItStays(standing([]), 'passkey', 2)).toEqual(reason);
  });
});
