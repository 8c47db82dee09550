import type { ViewData } from '#rendering';

export const form = { action: '/interaction/sample', csrf: 'sample-form-token' };

export const rules: ViewData['self-service/reset-password']['rules'] = [
  { id: 'length', text: { key: 'interactions:errors.rule.length', params: { length: 8 } }, state: 'met' },
  { id: 'upper', text: { key: 'interactions:errors.rule.upper' }, state: 'met' },
  { id: 'lower', text: { key: 'interactions:errors.rule.lower' }, state: 'met' },
  { id: 'number', text: { key: 'interactions:errors.rule.number' }, state: 'met' },
  { id: 'special', text: { key: 'interactions:errors.rule.special' }, state: 'unmet' },
  { id: 'history', text: { key: 'interactions:errors.rule.history' }, state: 'later' },
];
