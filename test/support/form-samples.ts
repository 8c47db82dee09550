import type { ViewData } from '#rendering';

export const form = { action: '/interaction/sample', csrf: 'sample-form-token' };

export const rules: ViewData['self-service/reset-password']['rules'] = [
  { id: 'length', text: { key: 'credentials:rule.length', params: { length: 8 } }, state: 'met' },
  { id: 'upper', text: { key: 'credentials:rule.upper' }, state: 'met' },
  { id: 'lower', text: { key: 'credentials:rule.lower' }, state: 'met' },
  { id: 'number', text: { key: 'credentials:rule.number' }, state: 'met' },
  { id: 'special', text: { key: 'credentials:rule.special' }, state: 'unmet' },
  { id: 'history', text: { key: 'credentials:rule.history' }, state: 'later' },
];
