import type { Account } from '#accounts';
import { parseEmail } from '#kernel';
import type { Services } from '../../src/interactions/services.ts';
import type { Visit } from '../../src/interactions/step.ts';
import { createPassword } from '../../src/interactions/steps/password/step.ts';

const pending = { uid: 'uid', params: {}, client: { acceptsInvitation: false } };

/** The step over stand-ins; `order` tells what was begun and ended, in turn. */
function passwordStep(resolved: { state: string; account: Account } | undefined) {
  const order: string[] = [];
  const turns = async (name: string, count: number) => {
    order.push(`${name} begins`);
    for (let turn = 0; turn < count; turn++) await Promise.resolve();
    order.push(`${name} ends`);
  };
  const services = {
    clock: { now: () => 0 },
    identifiers: { resolve: async () => resolved },
    companies: { activeMembershipsOf: async () => [], getMany: async () => [] },
    credentials: {
      passwords: {
        async verify() {
          // The hash: longer than anything that is done for the owner of an address.
          await turns('verdict', 50);
          return { outcome: 'wrong' };
        },
      },
    },
    invitations: { remind: () => turns('reminder', 5) },
    messages: { send: () => turns('advice', 5) },
  } as unknown as Services;
  const identifier = parseEmail('ivy@people.example');
  const visit = { identifier, pending, origin: {}, knownDevice: () => undefined } as unknown as Visit;
  return { submit: () => createPassword(services).submit(visit, { password: 'Wrong-Horse-7' }), order };
}

describe('the password step', () => {
  it('B10 A18 an address whose owner gets a mail is answered when the verdict is there, no later', async () => {
    const unknown = passwordStep(undefined);
    const answer = await unknown.submit();
    expect(answer).toMatchObject({ outcome: 'again', status: 401 });
    expect(unknown.order).toEqual(['verdict begins', 'reminder begins', 'reminder ends', 'verdict ends']);
    const retired = passwordStep({ state: 'retired', account: { id: 'ivy' } as Account });
    expect(await retired.submit()).toEqual(answer);
    expect(retired.order).toEqual([
      ...['verdict begins', 'reminder begins', 'reminder ends'],
      ...['advice begins', 'advice ends', 'verdict ends'],
    ]);
    const known = passwordStep({ state: 'primary', account: { id: 'ivy' } as Account });
    expect(await known.submit()).toEqual(answer);
    expect(known.order).toEqual(['verdict begins', 'verdict ends']);
  });
});
