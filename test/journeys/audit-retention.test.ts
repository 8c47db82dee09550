import type { AuditKind } from '#audit';
import { DAY } from '#kernel';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { world } from '../support/world.ts';

/** More than one batch. */
const GUESSES = 600;

describe('the record of security events, which anybody can make longer', () => {
  let clock: TravellingClock;
  let gatehouse: TestGatehouse;
  beforeAll(async () => {
    clock = travellingClock('2026-03-02T09:00:00Z');
    const env = { AUDIT_RETENTION_DAYS: '400', AUDIT_FAILED_TRIES_DAYS: '30' };
    gatehouse = await startGatehouse({ clock, env, bootstrap: world() });
    await gatehouse.settle();
  });
  afterAll(async () => {
    await gatehouse.stop();
    clock.restore();
  });

  const record = (type: AuditKind, accountId: string) =>
    gatehouse.audit.record({ type, actor: accountId, accountId });
  const typesOf = async (accountId: string) =>
    (await gatehouse.audit.list({ accountId, limit: 1_000 })).items.map(({ type }) => type);
  /** As every node asks for it, hour by hour. */
  async function dailyWork(): Promise<void> {
    const id = `daily-work:audit-retention:${Math.floor(clock.now() / DAY)}`;
    const job = { id, topic: 'daily-work', payload: { task: 'audit-retention' } };
    await Promise.all([gatehouse.queue.enqueue(job), gatehouse.queue.enqueue(job)]);
    await gatehouse.settle();
  }

  it('X29 X32 forgets failed tries after their days, whatever their number, and nothing else', async () => {
    await Promise.all(Array.from({ length: GUESSES }, () => record('log-in.failed', 'victim')));
    await record('second-factor.throttled', 'victim');
    await record('password.changed', 'victim');
    clock.advance(29 * DAY);
    await record('log-in.failed', 'other');
    await dailyWork();
    expect(await typesOf('victim')).toHaveLength(GUESSES + 2);
    clock.advance(DAY);
    await dailyWork();
    expect([await typesOf('victim'), await typesOf('other')]).toEqual([
      ['password.changed'],
      ['log-in.failed'],
    ]);
  });

  it('forgets every event after its days, also those of people who are gone, once in all nodes', async () => {
    await record('account.created', 'latest');
    clock.advance(370 * DAY);
    await record('password.changed', 'victim');
    await dailyWork();
    expect([await typesOf('victim'), await typesOf('latest')]).toEqual([
      ['password.changed'],
      ['account.created'],
    ]);
    const { items } = await gatehouse.audit.list({ limit: 1_000 });
    expect(Math.min(...items.map(({ at }) => at))).toBeGreaterThanOrEqual(clock.now() - 400 * DAY);
    const runs = gatehouse.logLines().match(/"task":"audit-retention","done":\d+/g) ?? [];
    // Of the start and of the three days, however many asked.
    expect(runs).toHaveLength(4);
  });
});
