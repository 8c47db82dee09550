import type { Services } from '../../src/interactions/services.ts';
import type { Visit } from '../../src/interactions/step.ts';
import { createNewPassword } from '../../src/interactions/steps/new-password/step.ts';

describe('a new password within a log-in', () => {
  it.each([
    [8, 9],
    [7, 7],
  ])('X38 takes proofs of the present epoch along, and brings back none that had ended: %i becomes %i', async (from, to) => {
    const set = async () => ({ outcome: 'set', version: 3, epoch: 9 });
    const passwords = { set, check: () => [] };
    const step = createNewPassword({ credentials: { passwords } } as unknown as Services);
    let progress = {
      primary: { kind: 'password', epoch: 8, version: 2 },
      factor: { kind: 'totp', epoch: from },
    };
    const visit = {
      facts: { account: { id: 'ada', epoch: 8 }, passwordDue: 'expired' },
      origin: {},
      save: async (change: (former: typeof progress) => typeof progress) => {
        progress = change(progress);
      },
    };
    await step.submit(visit as unknown as Visit, {
      password: 'Battery-Staple-8',
      confirm: 'Battery-Staple-8',
    });
    expect(progress).toMatchObject({ primary: { epoch: 9, version: 3 }, factor: { epoch: to } });
  });
});
