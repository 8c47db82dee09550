import { z } from 'zod';
import type { Account } from '#accounts';
import { silentLog, systemRandomness } from '#kernel';
import { createHasher } from '../../src/credentials/hashing/hasher.ts';
import { createLockout } from '../../src/credentials/password/lockout.ts';
import { createPasswordStore } from '../../src/credentials/password/password-store.ts';
import { createVerifyPassword } from '../../src/credentials/password/verify-password.ts';
import { CHEAP_HASH, createTestStorage } from '../support/credentials-world.ts';

const ADA: Account = {
  id: 'ada',
  email: 'ada@people.example',
  emailNormalized: 'ada@people.example',
  emailVerified: true,
  name: 'Ada',
  status: 'active',
  epoch: 0,
  createdAt: 0,
  updatedAt: 0,
};
const lockout = { enabled: true, attempts: 3 };

it('B10 X28 unknown, passwordless, inactive, locked and throttled people cost the same reads, writes and hashes as everybody', async () => {
  const { storage, costs, clock } = createTestStorage();
  const real = createHasher({ settings: CHEAP_HASH, randomness: systemRandomness });
  let hashes = 0;
  const hasher: typeof real = {
    ...real,
    verify(password, encoded) {
      hashes++;
      return real.verify(password, encoded);
    },
    dummy(password) {
      hashes++;
      return real.dummy(password);
    },
  };
  const emission = (payload: object) => ({
    id: systemRandomness.id(),
    topic: 'any',
    payload: { ...payload },
  });
  const records = storage.collection<{ id: string }>({
    name: 'records',
    schema: z.strictObject({ id: z.string() }),
    key: 'id',
    durability: 'durable',
  });
  const audit = {
    record: async () => void (await records.insertIfAbsent({ id: systemRandomness.id() })),
    emission,
  };
  const messages = { emission };
  const passwords = createPasswordStore(storage);
  const locks = createLockout({ storage, clock, messages, audit, issuer: 'https://login.example' });
  const parts = { passwords, lockout: locks, hasher, randomness: systemRandomness, audit, log: silentLog };
  const verify = createVerifyPassword(parts);
  await storage.open();

  const give = async (accountId: string) =>
    passwords.replace(
      {
        accountId,
        hash: await real.hash('Right-1'),
        changedAt: 0,
        mustChange: false,
        formerVersion: 0,
        source: 'administrator',
      },
      [],
    );
  const work = async (
    account: Account | undefined,
    password = 'wrong',
    policy = lockout,
    device?: { knownDevice: string },
  ) => {
    const before = { ...costs, hashes };
    await verify({ account, password, origin: {}, lockout: policy, ...device });
    return {
      reads: costs.reads - before.reads,
      writes: costs.writes - before.writes,
      hashes: hashes - before.hashes,
    };
  };

  await give('ada');
  await give('locked');
  for (let n = 0; n < 3; n++) await work({ ...ADA, id: 'locked' });
  const usual = await work(ADA);
  expect(usual).toEqual({ reads: 2, writes: 2, hashes: 1 });
  expect(await work(undefined)).toEqual(usual);
  expect(await work({ ...ADA, id: 'passwordless' })).toEqual(usual);
  expect(await work({ ...ADA, status: 'inactive' })).toEqual(usual);
  expect(await work({ ...ADA, id: 'locked' })).toEqual(usual);
  expect(await work({ ...ADA, id: 'locked' }, 'Right-1')).toEqual(usual);

  // On a known device as well: the first failure, the lock and what comes after it.
  const own = { knownDevice: 'laptop' };
  await give('owner');
  for (let n = 0; n < 2; n++)
    expect(await work({ ...ADA, id: 'owner' }, 'wrong', lockout, own)).toEqual(usual);
  await work({ ...ADA, id: 'owner' }, 'wrong', lockout, own);
  expect(await work({ ...ADA, id: 'owner' }, 'Right-1', lockout, own)).toEqual(usual);
  expect(await work({ ...ADA, id: 'owner' }, 'Right-1')).toEqual(usual);

  const throttle = { enabled: false, attempts: 3 };
  for (let n = 0; n < 40; n++) expect(await work(ADA, 'wrong', throttle)).toEqual(usual);
  expect(await work(ADA, 'Right-1', throttle)).toEqual(usual);
  await real.close();
  await storage.close();
});
