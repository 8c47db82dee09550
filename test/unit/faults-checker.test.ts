import fc from 'fast-check';
import { checkHistory } from '../../faults/checker/check-history.ts';
import { GRACE_MS } from '../../faults/checker/lineage.ts';
import type { HistoryEvent } from '../../faults/history/event.ts';
import { seededChance } from '../../faults/workload/pace.ts';
import {
  goodHistory,
  type Historian,
  historian,
  INITIAL,
  no,
  ok,
  signedIn,
  successor,
} from '../support/fault-histories.ts';

const options = {
  timeOutMs: 1_000,
  readinessMs: 5_000,
  recoveryMs: 15_000,
  initialPassword: INITIAL,
  turnsRed: () => true,
};
const noRecords = { audit: {}, mails: {}, deadJobs: 0, brokenLines: 0 };

/** Violated properties; log-ins are taken as audited. */
function violated(events: readonly HistoryEvent[], records = noRecords): string[] {
  return checkHistory(events, { ...options, records })
    .filter(({ violations }) => violations.length > 0)
    .map(({ property }) => property)
    .filter((property) => records !== noRecords || !property.startsWith('every acknowledged act'));
}
const PLANTED: [string, string, (history: Historian) => void][] = [
  [
    'a code redeemed twice',
    'every authorization code is redeemed at most once',
    (history) => {
      const { session } = signedIn(history);
      history.add(
        'redeem',
        { code: 'planted-c', session },
        ok({ family: 'other', refresh: 'r', access: 'x' }),
      );
    },
  ],
  [
    'a link spent twice, a doubtful use between',
    'every password link is spent at most once',
    (history) => {
      const facts = { account: 'b', link: 'l' };
      history.add('reset', { ...facts, password: 'one' }, ok());
      history.add('reset', { ...facts, password: 'two' }, { outcome: 'unknown' });
      history.add('reset', { ...facts, password: 'three' }, ok());
    },
  ],
  [
    'a recovery code spent twice',
    'every recovery code is spent at most once',
    (history) => {
      history.add('recover', { account: 'b', code: 'rc' }, ok());
      history.add('recover', { account: 'b', code: 'rc' }, ok());
    },
  ],
  [
    'a revoked token that is introspected as active',
    'a revoked token never works again',
    (history) => {
      const { family } = signedIn(history);
      history.add('revoke', { family }, ok());
      history.add('use', { family, token: 'planted-at' }, ok());
    },
  ],
  [
    'a session that works after its log-out',
    'after a log-out neither the session nor its tokens work again',
    (history) => {
      const { session } = signedIn(history);
      history.add('log-out', { session }, ok());
      history.add('silent', { session }, ok());
    },
  ],
  [
    'a refresh token that works after a new password',
    'after a password change no older session or token works again',
    (history) => {
      const { family, token } = signedIn(history);
      history.add('reset', { account: 'planted-a', link: 'l', password: 'new' }, ok());
      history.add('refresh', { family, token }, successor('planted-1'));
    },
  ],
  [
    'tokens that outlive the second redemption of their code',
    'a code that comes twice ends what the first one got',
    (history) => {
      const { family, session } = signedIn(history);
      history.add('redeem', { code: 'planted-c', session }, no);
      history.add('use', { family, token: 'planted-at' }, ok());
    },
  ],
  [
    'a family that outlives a reuse',
    'a family of refresh tokens dies on reuse',
    (history) => {
      const { family, token } = signedIn(history);
      history.add('refresh', { family, token }, successor('planted-1'));
      history.later(GRACE_MS + 2_000);
      history.add('refresh', { family, token }, no);
      history.add('refresh', { family, token: 'planted-1' }, successor('planted-2'));
    },
  ],
  [
    'two successors of one token',
    'a refresh token has one successor, the same for each repetition within the grace',
    (history) => {
      const { family, token } = signedIn(history);
      history.add('refresh', { family, token }, successor('planted-1'));
      history.add('refresh', { family, token }, successor('planted-other'));
    },
  ],
  [
    'a rotated token that is taken after its grace',
    'a rotated refresh token is refused after its grace',
    (history) => {
      const { family, token } = signedIn(history);
      history.add('refresh', { family, token }, successor('planted-1'));
      history.later(GRACE_MS + 2_000);
      history.add('refresh', { family, token }, successor('planted-1'));
    },
  ],
  [
    'a refresh token that is refused although nothing ended it',
    'no acknowledged refresh token is lost',
    (history) => {
      const { family, token } = signedIn(history);
      history.add('refresh', { family, token }, no);
    },
  ],
  [
    'a session that is gone',
    'no acknowledged session is lost',
    (history) => history.add('silent', { session: signedIn(history).session }, no),
  ],
  [
    'an access token that is gone',
    'no acknowledged access token is lost',
    (history) => history.add('use', { family: signedIn(history).family, token: 'planted-at' }, no),
  ],
  [
    'a new password that is refused',
    'an acknowledged password is never refused',
    (history) => {
      history.add('reset', { account: 'b', link: 'l', password: 'new' }, ok());
      history.add(
        'log-in',
        { account: 'b', session: 'x', password: 'new' },
        { outcome: 'fail', reason: 'refused' },
      );
    },
  ],
  [
    'an old password that is taken',
    'a password that was replaced never works again',
    (history) => {
      history.add('reset', { account: 'b', link: 'l', password: 'new' }, ok());
      history.add('log-in', { account: 'b', session: 'x', password: INITIAL }, ok({ code: 'c' }));
    },
  ],
  [
    'a page that leads nowhere',
    'no page is a dead end',
    (history) =>
      history.add('log-in', { account: 'b', session: 'x' }, { outcome: 'fail', reason: 'stuck: 500' }),
  ],
  [
    'a stack in an answer',
    'every refusal for want of storage is clear: 503, Retry-After, page or problem, no stack',
    ({ events }) =>
      events.push({ type: 'answer', at: 1, tookMs: 1, status: 503, path: '/', problem: 'a stack is shown' }),
  ],
  [
    'a request that hangs',
    'no request hangs beyond the time-out',
    ({ events }) => events.push({ type: 'requests', at: 1, count: 1, longestMs: 1_001 }),
  ],
];

describe('the checker of the fault runs', () => {
  it('finds nothing in the history of a server that keeps its promises, whichever answers get lost', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        expect(violated(goodHistory(seed).events)).toEqual([]);
      }),
    );
  });

  it.each(PLANTED)('finds %s in any history', (_what, property, plant) => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const history = goodHistory(seed);
        history.later(GRACE_MS * 2);
        plant(history);
        expect(violated(history.events)).toContain(property);
      }),
      { numRuns: 20 },
    );
  });

  it('takes an unknown end of a revocation for neither', () => {
    for (const outcome of ['ok', 'fail'] as const) {
      const history = historian(seededChance(1));
      const { family } = signedIn(history);
      history.add('revoke', { family }, { outcome: 'unknown', reason: 'time-out' });
      history.add('use', { family, token: 'planted-at' }, { outcome });
      expect(violated(history.events)).toEqual([]);
    }
  });

  it('an acknowledged act without its audit event or its mail is a loss, two of each are not', () => {
    const history = historian(seededChance(1));
    history.add('reset', { account: 'b', link: 'l', password: 'new' }, ok());
    const audit = { 'b password.changed': 2 };
    const mails = { 'b Your password was changed': 1 };
    expect(violated(history.events, { ...noRecords, audit, mails })).toEqual([]);
    expect(violated(history.events, { ...noRecords, mails })).toEqual([
      'every acknowledged act has its audit event',
    ]);
    expect(violated(history.events, { ...noRecords, audit })).toEqual([
      'every acknowledged act has its mail',
    ]);
  });

  it('a fault wants readiness red meanwhile and green afterwards, and a log-in soon after it', () => {
    const fault = { type: 'fault', name: 'stop of Redis' } as const;
    const probe = (at: number, status: number) => ({ type: 'readiness', node: 'a', at, status }) as const;
    const logIn = (at: number): HistoryEvent[] => [
      { type: 'invoke', at, id: at, actor: 'prober', act: 'log-in', facts: { session: `s${at}` } },
      { type: 'ok', at: at + 100, id: at, facts: {} },
    ];
    const history = (red: number, green: number, back: number): HistoryEvent[] => [
      probe(0, 200),
      { ...fault, at: 100, phase: 'begin' },
      probe(200, red),
      { ...fault, at: 9_000, phase: 'end' },
      probe(9_100, green),
      ...logIn(back),
    ];
    const RED = 'readiness is red while the storage is away, and green again';
    expect(violated(history(503, 200, 9_500))).toEqual([]);
    expect(violated(history(200, 200, 9_500))).toEqual([RED]);
    expect(violated(history(503, 503, 9_500))).toEqual([RED]);
    expect(violated(history(503, 200, 24_500)).join()).toMatch(/^log-ins work again within 15 s/);
  });
});
