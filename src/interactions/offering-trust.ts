import { z } from 'zod';
import { formatDays } from '#rendering';
import type { Step, Visit } from './step.ts';
import { trustRuleOf } from './trusted-device.ts';

/** A step that takes a second factor, with "Don't ask again on this device" where this log-in allows it (H13). */
export function offeringTrust(step: Step): Step {
  return {
    ...step,
    fields: step.fields.extend({ trust: z.literal('on').optional() }),
    show: (visit, again) => step.show(withBox(visit, again?.typed?.['trust'] === 'on'), again),
    async submit(visit, { trust, ...form }) {
      const submitted = await step.submit(visit, form);
      if (trust !== 'on') return submitted;
      if (submitted.outcome === 'again') return { ...submitted, typed: { ...submitted.typed, trust } };
      if (submitted.outcome === 'saved') await visit.save((progress) => ({ ...progress, trustDevice: true }));
      return submitted;
    },
  };
}

/** The forms of this visit carry the box as it was left. */
function withBox(visit: Visit, ticked: boolean): Visit {
  const rule = trustRuleOf(visit.facts);
  if (!rule) return visit;
  const period = formatDays(rule.days, visit.locale);
  return { ...visit, form: (step) => ({ ...visit.form(step), trust: { period, ticked } }) };
}
