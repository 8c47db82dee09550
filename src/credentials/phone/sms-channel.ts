import type { Clock, Log } from '#kernel';
import type { Storage } from '#storage';
import type { CodeMessages, CredentialAudit, SmsConfig } from '../ports.ts';
import type { CodeChannel } from '../sent-code/code-channel.ts';
import { createSendBudget } from '../sent-code/send-budget.ts';
import { maskNumber } from './phone-number.ts';
import { createSmsBreaker } from './sms-breaker.ts';

interface SmsChannelParts {
  storage: Storage;
  clock: Clock;
  log: Log;
  messages: Pick<CodeMessages, 'sendSms'>;
  audit: Pick<CredentialAudit, 'record'>;
  sms: SmsConfig;
  issuer: string;
}

/** Codes by text message: each costs money, so that countries have a budget and a breaker, too (W24). */
export function createSmsChannel({ sms, issuer, messages, ...parts }: SmsChannelParts): CodeChannel {
  const { limits } = sms;
  const host = new URL(issuer).hostname;
  return {
    name: 'sms',
    available: sms.available,
    minutes: { 'log-in': sms.codeMinutes, enrolment: sms.enrolmentCodeMinutes },
    budget: createSendBudget({
      ...parts,
      channel: 'sms',
      limits: { ...limits, perReceiverPerDay: limits.perNumberPerDay },
      more: ({ country }) => [{ purpose: 'country', subject: country, limit: limits.perCountryPerDay }],
      breaker: (counters) => createSmsBreaker({ ...parts, counters, limits }),
    }),
    mask: maskNumber,
    deliver: ({ id, to, code, minutes, locale, deadline }) =>
      messages.sendSms({
        id,
        kind: 'verification-code',
        to,
        locale,
        data: { code, minutes, host },
        deadline,
      }),
  };
}
