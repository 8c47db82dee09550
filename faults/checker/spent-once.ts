import type { Act, Operation } from '../history/event.ts';
import { type Finding, groupBy, told } from './finding.ts';

const ONE_TIME: readonly { property: string; act: Act; key: string }[] = [
  { property: 'every authorization code is redeemed at most once', act: 'redeem', key: 'code' },
  { property: 'every password link is spent at most once', act: 'reset', key: 'link' },
  { property: 'every recovery code is spent at most once', act: 'recover', key: 'code' },
  { property: 'every code of an authenticator app is taken at most once', act: 'prove-totp', key: 'code' },
];

/**
 * Two acknowledged uses of one thing are a violation. An unknown use may have been the one: it takes the right away from
 * nobody, because a later use that is refused then is no loss, and a later one that succeeds shows that it had not happened.
 */
export function spentOnce(operations: readonly Operation[]): Finding[] {
  return ONE_TIME.map(({ property, act, key }) => {
    const uses = groupBy(
      operations.filter((one) => one.act === act),
      ({ facts }) => facts[key],
    );
    const violations = [...uses.values()].flatMap((group) => {
      const spent = group.filter(({ outcome }) => outcome === 'ok');
      return spent.length > 1 ? [`spent ${spent.length} times: ${spent.map(told).join(', ')}`] : [];
    });
    const raced = [...uses.values()].filter((group) => group.length > 1).length;
    return { property, checked: uses.size, violations, figures: { raced } };
  });
}
