import { createAudit } from '#audit';
import { systemRandomness } from '#kernel';
import { memoryStorage } from '../support/web-server.ts';

describe('the audit record', () => {
  let now = 1_000;
  const clock = { now: () => now++ };
  const storage = memoryStorage(clock);
  const audit = createAudit({ storage, clock, randomness: systemRandomness });
  beforeAll(() => storage.open());
  afterAll(() => storage.close());

  it('lists a person’s and a company’s events, newest first, page by page', async () => {
    for (let n = 1; n <= 5; n++) {
      const details = { n };
      await audit.record({ type: 'phone.added', actor: 'a1', accountId: 'a1', companyId: 'acme', details });
      await audit.record({ type: 'phone.removed', actor: 'a2', accountId: 'a2' });
    }
    const first = await audit.list({ accountId: 'a1', limit: 3 });
    expect(first.items.map(({ details }) => details['n'])).toEqual([5, 4, 3]);
    const second = await audit.list({ accountId: 'a1', limit: 3, ...(first.next && { after: first.next }) });
    expect(second.items.map(({ details }) => details['n'])).toEqual([2, 1]);
    expect((await audit.list({ companyId: 'acme' })).items).toHaveLength(5);
    expect((await audit.list({ limit: 1 })).items).toMatchObject([{ accountId: 'a2', details: {} }]);
  });

  it('takes an emission over once, whatever the relay repeats', async () => {
    const { payload } = audit.emission({ type: 'password.changed', actor: 'a3', accountId: 'a3' });
    await Promise.all([audit.append(payload), audit.append(payload)]);
    expect((await audit.list({ accountId: 'a3' })).items).toEqual([payload]);
  });

  it('refuses what is not an event', async () => {
    await expect(audit.append({ type: 'x' })).rejects.toThrow();
    const strange = { id: '1', at: 1, type: 'x', actor: 'a', password: 'hunter2', details: {} };
    await expect(audit.append(strange)).rejects.toThrow();
  });
});
