import type { Act, Operation } from '../history/event.ts';
import { type Finding, groupBy } from './finding.ts';

/** What was found in storage and outbox after the run: numbers by account (its address) and kind. */
export interface Records {
  /** Audit events by `address type`. */
  audit: Readonly<Record<string, number>>;
  /** Messages by `address subject`. */
  mails: Readonly<Record<string, number>>;
  deadJobs: number;
  /** Lines of the outbox that are no message. */
  brokenLines: number;
}

const AUDITED: readonly { act: Act; type: string }[] = [
  { act: 'log-in', type: 'log-in.succeeded' },
  { act: 'reset', type: 'password.changed' },
  { act: 'request-reset', type: 'password-reset.requested' },
  { act: 'recover', type: 'recovery-code.used' },
];
const MAILED: readonly { act: Act; subject: string }[] = [
  { act: 'request-reset', subject: 'Create a new password for Gatehouse' },
  { act: 'reset', subject: 'Your password was changed' },
  { act: 'recover', subject: 'Your recovery code was used' },
];

/** At least one audit event and one mail for every acknowledged act; more only where an act is unknown. */
export function records(operations: readonly Operation[], found: Records): Finding[] {
  return [
    compare(
      'every acknowledged act has its audit event',
      operations,
      AUDITED.map(({ act, type }) => ({ act, kind: type })),
      found.audit,
    ),
    compare(
      'every acknowledged act has its mail',
      operations,
      MAILED.map(({ act, subject }) => ({ act, kind: subject })),
      found.mails,
    ),
    {
      property: 'no message was given up or cut off',
      checked: Object.values(found.mails).reduce((sum, one) => sum + one, 0),
      violations: [
        ...(found.deadJobs > 0 ? [`${found.deadJobs} dead jobs`] : []),
        ...(found.brokenLines > 0 ? [`${found.brokenLines} broken lines in the outbox`] : []),
      ],
    },
  ];
}

function compare(
  property: string,
  operations: readonly Operation[],
  kinds: readonly { act: Act; kind: string }[],
  found: Readonly<Record<string, number>>,
): Finding {
  const violations: string[] = [];
  let checked = 0;
  let more = 0;
  for (const { act, kind } of kinds) {
    const byAccount = groupBy(
      operations.filter((one) => one.act === act && one.outcome !== 'fail'),
      ({ facts }) => facts['account'],
    );
    for (const [account, acts] of byAccount) {
      const acknowledged = acts.filter(({ outcome }) => outcome === 'ok').length;
      const written = found[`${account} ${kind}`] ?? 0;
      checked += acknowledged;
      more += Math.max(0, written - acts.length);
      if (written < acknowledged)
        violations.push(`${account}: ${acknowledged} times ${act} acknowledged, ${written} times "${kind}"`);
    }
  }
  return { property, checked, violations, figures: { more } };
}
