import { type AuditEvent, PERSONAL_KINDS } from '#audit';
import { toldEvents } from '../../src/self-service/profile/told-events.ts';
import { texts } from '../support/renderer.ts';

const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0';
let at = 100;
const event = (type: string, more: Partial<AuditEvent> = {}): AuditEvent => ({
  id: `event-${at}`,
  at: at--,
  type,
  actor: 'anonymous',
  accountId: 'ada',
  ip: '192.0.2.1',
  details: {},
  ...more,
});
const keysOf = (events: AuditEvent[]) =>
  toldEvents(events, 'ada', []).map(({ text }) => text.key.split('.').at(-1));

describe('security events in words', () => {
  it('counts failures in a row from one place and browser, and keeps other places apart', () => {
    const failed = (ip: string, userAgent = FIREFOX) =>
      event('log-in.failed', { ip, details: { userAgent } });
    const told = toldEvents(
      [failed('192.0.2.1'), failed('192.0.2.1'), failed('192.0.2.2'), failed('192.0.2.2', 'curl/8')],
      'ada',
      [],
    );
    expect(told.map(({ text, ip }) => [text.params?.['count'] ?? 1, ip])).toEqual([
      [2, '192.0.2.1'],
      [1, '192.0.2.2'],
      [1, '192.0.2.2'],
    ]);
    expect(told[0]).toMatchObject({ byOther: false, device: { browser: 'Firefox', system: 'Windows' } });
    expect(told[0]?.at).toBeGreaterThan(told[1]?.at ?? 0);
  });

  it('names the end of all tries once, and what the operator’s file set up', () => {
    const file = { actor: 'bootstrap' };
    expect(
      keysOf([
        event('log-in.throttled'),
        event('log-in.failed'),
        event('membership.saved', { ...file, companyId: 'left' }),
        event('account.credentials-imported', file),
        event('account.created', file),
      ]),
    ).toEqual([
      'passwords-throttled',
      'password-failed',
      'membership-former',
      'credentials-imported',
      'created',
    ]);
  });

  it.each(PERSONAL_KINDS)('P1 says %s in a sentence of its own, in both languages', (type) => {
    const sentencesOf = (locale: 'en' | 'fr', kinds: readonly string[]) =>
      toldEvents(
        kinds.map((kind) => event(kind, { companyId: 'acme' })),
        'ada',
        [{ id: 'acme', name: 'Acme' } as never],
      ).map(({ text: { key, params } }) => texts.translate(locale, key, params));
    const others = PERSONAL_KINDS.filter((kind) => kind !== type);
    const [english] = sentencesOf('en', [type]);
    const [french] = sentencesOf('fr', [type]);
    expect(french).not.toBe(english);
    expect([...sentencesOf('en', others), 'Your account was changed']).not.toContain(english);
    expect([...sentencesOf('fr', others), 'Votre compte a été modifié']).not.toContain(french);
  });

  it('calls a kind that it does not know a change of the account', () => {
    expect(keysOf([event('former.kind'), event('constructor')])).toEqual(['other', 'other']);
  });

  it('never shows where an administrator sits', () => {
    const [told] = toldEvents([event('account.unlocked', { actor: 'boss' })], 'ada', []);
    expect(told).toMatchObject({ byOther: true });
    expect(told).not.toHaveProperty('ip');
  });
});
