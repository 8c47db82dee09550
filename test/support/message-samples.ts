import type { MessageData, MessageKind, SmsData, SmsKind } from '#rendering';

/** Data to render every text message with. */
export const smsSamples: { [K in SmsKind]: SmsData[K] } = {
  'verification-code': { code: '482913', minutes: 10, host: 'login.example' },
};

/** Data to render every message with. */
export const messageSamples: { [K in MessageKind]: MessageData[K] } = {
  welcome: {
    name: 'Nina New',
    companyName: 'Acme Builders',
    link: 'https://id.example/welcome?token=sample',
    until: '2026-12-09T10:00Z',
  },
  'password-reset': {
    name: 'Ada Example',
    link: 'https://login.example/reset-password?token=abc',
    minutes: 60,
  },
  'password-reset-sso': {
    name: 'Ada Example',
    companyName: 'Acme Builders',
    idpName: 'Acme Okta',
    itContact: 'it@acme.example',
  },
  'password-expiring': {
    name: 'Ada Example',
    at: '2026-12-09T10:00Z',
    link: 'https://id.example/forgot-password',
  },
  'password-changed': { name: 'Ada Example', at: '2026-11-22T17:02Z' },
  'address-changed': { name: 'Ada Example', newAddress: 'ada@new.example' },
  'address-change-new': {
    name: '',
    newAddress: 'ada@new.example',
    link: 'https://login.example/confirm-address?token=abc',
    hours: 24,
  },
  'address-change-old': {
    name: 'Ada Example',
    newAddress: 'ada@new.example',
    link: 'https://login.example/confirm-address?token=abc',
    hours: 24,
  },
  'security-changed': {
    name: 'Ada Example',
    at: '2026-11-22T17:02Z',
    change: 'recovery-code-issued',
  },
  'retired-address': { newAddress: 'ada@new.example' },
  'recovery-code-used': { name: 'Ada Example', at: '2026-11-22T17:02Z' },
  'passkey-added': {
    name: 'Ada Example',
    at: '2026-11-22T17:02Z',
    passkey: 'Ada’s phone',
  },
  'passkey-removed': { name: '', at: '2026-11-22T17:02Z', passkey: 'Ada’s phone' },
  'phone-added': { name: 'Ada Example', at: '2026-11-22T17:02Z', number: '•••67' },
  'authenticator-added': { name: '', at: '2026-11-22T17:02Z' },
  'account-locked': { name: 'Ada Example', resetLink: 'https://login.example/reset-password?token=abc' },
  'codes-tried': {
    name: 'Ada Example',
    reason: 'unanswered',
    at: '2026-11-22T17:02Z',
    resetLink: 'https://login.example/forgot-password',
  },
  'support-case': {
    name: '',
    id: '4820917355',
    fullName: 'Ada Example',
    companyName: 'Acme Builders',
    projects: 'Harbour Bridge',
  },
  'verification-code': { name: 'Ada Example', code: '482913', minutes: 10 },
  'session-revoked': {
    name: 'Ada Example',
    at: '2026-11-22T17:02Z',
    clientName: 'Site Planner',
  },
};
