import type { ViewData, ViewName } from '#rendering';
import { form, rules } from './form-samples.ts';
import { profileSamples } from './profile-samples.ts';

const QR = `data:image/svg+xml;base64,${Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h3v3H1zM5 1h3v3H5zM1 5h3v3H1zM6 6h2v2H6z"/></svg>',
).toString('base64')}`;

/** Data to render every page with, as it would look in use; days, instants and periods as in ISO 8601 (`sampleIn` says them). */
export const viewSamples: { [V in ViewName]: ViewData[V] } = {
  'interactions/identify': {
    ...form,
    email: 'ada@acme.example',
    forgotPasswordUrl: '/forgot-password',
    singlePage: false,
    passkeyOptions: '{"challenge":"c2FtcGxl"}',
  },
  'interactions/password': {
    ...form,
    email: 'ada@acme.example',
    changeUrl: '/interaction/sample/identify',
    forgotPasswordUrl: '/forgot-password',
    current: false,
    errors: { form: { key: 'interactions:errors.credentials' } },
  },
  'interactions/account-locked': {
    email: 'ada@acme.example',
    changeUrl: '/interaction/sample/identify',
    resetUrl: '/forgot-password',
  },
  'interactions/leave': {
    url: 'https://idp.example/authorize?client_id=1&state=2',
    destination: 'Acme Okta',
  },
  'interactions/federation-problem': {
    problem: { key: 'errors:federation.timeout.text' },
    advice: { key: 'errors:federation.timeout.advice' },
    idpName: 'Acme Okta',
    itContact: 'it@acme.example',
    retryUrl: '/interaction/sample/federate',
    otherAddressUrl: '/interaction/sample/identify',
  },
  'interactions/create-password': {
    ...form,
    email: 'nina@new.example',
    companyName: 'Acme Builders',
    newsletter: false,
    rules,
    errors: { password: { key: 'credentials:rules' } },
  },
  'interactions/invitation-conflict': {
    ...form,
    companyName: 'Acme Builders',
    invitedEmail: 'nina@new.example',
    currentEmail: 'ada@acme.example',
  },
  'interactions/join': { ...form, companyName: 'Acme Builders', email: 'ada@acme.example' },
  'interactions/new-password': {
    ...form,
    email: 'ada@acme.example',
    reason: 'expired',
    rules,
    errors: {
      password: { key: 'credentials:rules' },
      confirm: { key: 'credentials:mismatch' },
    },
  },
  'interactions/choose-method': {
    methods: [
      { id: 'totp', url: '/interaction/sample/authenticator-code', preselected: true },
      { id: 'sms', url: '/interaction/sample/sms-code', preselected: false },
      { id: 'passkey', url: '/interaction/sample/passkey', preselected: false },
      { id: 'email', url: '/interaction/sample/email-code', preselected: false },
      { id: 'recovery', url: '/interaction/sample/recovery-code', preselected: false },
    ],
    companyName: 'Acme Builders',
    team: 'administrator',
    support: { url: 'https://help.acme.example', phone: '+1 555 010 0000', email: 'help@acme.example' },
  },
  'interactions/authenticator-code': {
    ...form,
    email: 'ada@acme.example',
    otherMethodUrl: '/interaction/sample/choose-method',
    errors: { code: { key: 'credentials:code-wrong' } },
  },
  'interactions/sms-code': {
    ...form,
    number: '•••67',
    otherMethodUrl: '/interaction/sample/choose-method',
    errors: { form: { key: 'credentials:send-failed' } },
  },
  'interactions/email-code': {
    ...form,
    email: 'ada@acme.example',
    otherMethodUrl: '/interaction/sample/choose-method',
    errors: { code: { key: 'credentials:sent-expired' } },
  },
  'interactions/email-setup': {
    ...form,
    email: 'ada@acme.example',
    otherMethodUrl: '/interaction/sample/select-method',
  },
  'interactions/sms-setup': {
    ...form,
    countries: [
      { code: 'US', callingCode: '+1', selected: false },
      { code: 'FR', callingCode: '+33', selected: true },
    ],
    phone: '06 12 34',
    payee: true,
    otherMethodUrl: '/interaction/sample/select-method',
    errors: { phone: { key: 'credentials:phone-impossible' } },
  },
  'interactions/sms-setup-code': {
    ...form,
    number: '•••67',
    otherNumberUrl: '/interaction/sample/sms-setup',
    otherMethodUrl: '/interaction/sample/select-method',
    notice: { key: 'interactions:sent-code.resent' },
  },
  'interactions/passkey': {
    ...form,
    otherMethodUrl: '/interaction/sample/choose-method',
    options: '{"challenge":"c2FtcGxl","rpId":"localhost"}',
    errors: { form: { key: 'credentials:passkey-refused' } },
  },
  'interactions/passkey-setup': {
    ...form,
    otherMethodUrl: '/interaction/sample/select-method',
    options: JSON.stringify({
      challenge: 'c2FtcGxl',
      rp: { id: 'localhost', name: 'Gatehouse' },
      user: { id: 'c2FtcGxl', name: 'ada@acme.example', displayName: 'Ada Example' },
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
    }),
    errors: { name: { key: 'credentials:passkey-name' } },
  },
  'interactions/recovery-code': {
    ...form,
    email: 'ada@acme.example',
    otherMethodUrl: '/interaction/sample/choose-method',
  },
  'interactions/enrolment-required': {
    ...form,
    companyName: 'Acme Builders',
    required: false,
    deadline: '2026-12-01',
  },
  'interactions/select-method': {
    ...form,
    methods: [
      { id: 'totp', preselected: true },
      { id: 'sms', preselected: false },
      { id: 'passkey', preselected: false },
      { id: 'email', preselected: false },
    ],
    payee: true,
  },
  'interactions/authenticator-setup': {
    ...form,
    qrImage: QR,
    secretGroups: ['JBSW', 'Y3DP', 'EHPK', '3PXP', 'JBSW', 'Y3DP', 'EHPK', '3PXP'],
    accountLabel: 'Gatehouse (ada@acme.example)',
  },
  'interactions/save-recovery-code': {
    ...form,
    codeGroups: ['4821', '0937', '5516', '2048', '7731', '6094', '1825', '3360'],
    downloadAction: '/interaction/sample/recovery-code.txt',
  },
  'interactions/replace-method': { ...form },
  'interactions/terms': { ...form, termsUrl: 'https://gatehouse.example/terms', version: '2026-01' },
  'interactions/company': {
    ...form,
    companies: [
      { id: 'acme', name: 'Acme Builders', selected: true },
      { id: 'globex', name: 'Globex Infrastructure Partners of the Greater Northwest', selected: false },
    ],
    otherAccountUrl: '/interaction/uid/identify',
  },
  'interactions/consent': {
    ...form,
    clientName: 'Site Planner',
    clientHost: 'planner.example',
    email: 'ada@acme.example',
    scopes: ['openid', 'profile', 'email', 'company', 'offline_access', 'documents:read'],
    resources: ['documents.example'],
    policyUrl: 'https://planner.example/privacy',
    termsUrl: 'https://planner.example/terms',
  },
  'interactions/log-out': { ...form, clientName: 'Site Planner', hidden: { xsrf: 'sample-provider-token' } },
  'interactions/logged-out': { clientName: 'Site Planner', stayed: false },
  'self-service/forgot-password': {
    ...form,
    signInUrl: '/interaction/sample',
    errors: { email: { key: 'interactions:errors.email-invalid' } },
  },
  'self-service/forgot-password-sent': { ...form, email: 'ada@acme.example' },
  'self-service/reset-password': {
    ...form,
    email: 'ada@acme.example',
    rules: rules.map((rule) => (rule.state === 'later' ? rule : { ...rule, state: 'open' })),
  },
  'self-service/reset-password-done': { signInUrl: '/sign-in' },
  'self-service/support': {
    ...form,
    typed: { fullName: 'Ada Example' },
    errors: {
      companyName: { key: 'self-service:support.required' },
      projects: { key: 'self-service:support.too-long', params: { limit: 1000 } },
    },
  },
  'self-service/support-received': { ...form, id: '4820917355', contactKey: 'sample-contact-key' },
  'self-service/support-reachable': { id: '4820917355', email: 'ada@private.example' },
  'self-service/link-spent': { reason: 'expired', newLinkUrl: '/forgot-password' },
  'self-service/invitation-over': { reason: 'expired', request: form },
  'self-service/invitation-requested': {},
  'self-service/welcome-done': { clientName: 'Portal' },
  ...profileSamples,
  'self-service/help': { topic: 'mfa' },
  'errors/error': {
    code: 'not-found',
    status: 404,
    params: {},
    correlationId: 'Jt3kQ9vXw0a2',
    startAgainUrl: '/start-again',
    homeUrl: '/',
  },
};
