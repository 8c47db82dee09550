import fc from 'fast-check';
import { effectivePolicy, enforcementInstant, type Membership } from '#companies';
import { company } from '../support/directory.ts';

const MEMBERSHIP: Membership = {
  id: 'acme:ada',
  companyId: 'acme',
  accountId: 'ada',
  status: 'active',
  permissions: { companyAdmin: 'none', directory: 'none' },
  createdAt: 1,
};

describe('the enforcement instant', () => {
  const instant = (date: string, zone: string) => new Date(enforcementInstant(date, zone)).toISOString();

  it('C15 H7 begins with Friday 00:00 in New York, 14:00 in Tokyo', () => {
    expect(instant('2026-12-04', 'America/New_York')).toBe('2026-12-04T05:00:00.000Z');
    const mfa = { required: true, enforcementDate: '2026-12-04', timeZone: 'America/New_York' };
    const at = (time: string) =>
      effectivePolicy({
        account: { id: 'ada' },
        memberships: [MEMBERSHIP],
        companies: [company('acme', { mfa })],
        signIn: { kind: 'local' },
        now: Date.parse(time),
      }).mfa.enforced;
    expect(at('2026-12-04T13:59:59+09:00')).toBe(false);
    expect(at('2026-12-04T14:00:00+09:00')).toBe(true);
  });

  it.each([
    ['2026-03-08', 'America/New_York', '2026-03-08T05:00:00.000Z'],
    ['2026-03-09', 'America/New_York', '2026-03-09T04:00:00.000Z'],
    ['2026-11-01', 'America/New_York', '2026-11-01T04:00:00.000Z'],
    ['2026-11-02', 'America/New_York', '2026-11-02T05:00:00.000Z'],
    ['2026-12-04', 'Pacific/Kiritimati', '2026-12-03T10:00:00.000Z'],
    ['2026-12-04', 'Etc/GMT-14', '2026-12-03T10:00:00.000Z'],
    ['2026-12-04', 'Etc/GMT+12', '2026-12-04T12:00:00.000Z'],
    ['2026-12-04', 'Asia/Kathmandu', '2026-12-03T18:15:00.000Z'],
  ])('X43 %s in %s is %s', (date, zone, expected) => {
    expect(instant(date, zone)).toBe(expected);
  });

  it.each([
    ['midnight skipped by DST', '2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'],
    ['midnight skipped in Cairo', '2023-04-28', 'Africa/Cairo', '2023-04-27T22:00:00.000Z'],
    ['midnight that comes twice', '2026-11-01', 'America/Havana', '2026-11-01T04:00:00.000Z'],
    ['the whole day skipped', '2011-12-30', 'Pacific/Apia', '2011-12-30T10:00:00.000Z'],
  ])('X43 %s: the first instant of the day (%s %s)', (_, date, zone, expected) => {
    expect(instant(date, zone)).toBe(expected);
  });

  it('X43 in every zone the day begins where the calendar there turns', () => {
    const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'UTC' });
    const zones = Intl.supportedValuesOf('timeZone');
    const dates = fc.date({ min: new Date('2015-01-01'), max: new Date('2035-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(fc.constantFrom(...zones), dates, (timeZone, when) => {
        const date = day.format(when);
        const start = enforcementInstant(date, timeZone);
        const there = new Intl.DateTimeFormat('en-CA', { timeZone });
        expect(there.format(start) >= date).toBe(true);
        expect(there.format(start - 1000) < date).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('refuses zones and dates that do not exist', () => {
    expect(() => enforcementInstant('2026-12-04', 'Mars/Base')).toThrow(RangeError);
    expect(() => enforcementInstant('someday', 'UTC')).toThrow(RangeError);
  });
});
