import type { ViewData } from '#rendering';

export const form = { action: '/interaction/sample', csrf: 'sample-form-token' };

export const rules: ViewData['self-service/reset-password']['rules'] = [
  { id: 'length', text: { key: 'interactions:errors.rule.length', params: { length: 8 } }, met: true },
  { id: 'upper', text: { key: 'interactions:errors.rule.upper' }, met: true },
  { id: 'lower', text: { key: 'interactions:errors.rule.lower' }, met: true },
  { id: 'number', text: { key: 'interactions:errors.rule.number' }, met: true },
  { id: 'special', text: { key: 'interactions:errors.rule.special' }, met: false },
  { id: 'history', text: { key: 'interactions:errors.rule.history' } },
];
