import type {
  MessageData,
  MessageKind,
  ProfileFrame,
  ProfileTab,
  SmsData,
  SmsKind,
  ViewData,
  ViewName,
} from '#rendering';

const form = { action: '/interaction/sample', csrf: 'sample-form-token' };

const rules: ViewData['self-service/reset-password']['rules'] = [
  { id: 'length', text: { key: 'interactions:errors.rule.length', params: { length: 8 } }, met: true },
  { id: 'upper', text: { key: 'interactions:errors.rule.upper' }, met: true },
  { id: 'lower', text: { key: 'interactions:errors.rule.lower' }, met: true },
  { id: 'number', text: { key: 'interactions:errors.rule.number' }, met: true },
  { id: 'special', text: { key: 'interactions:errors.rule.special' }, met: false },
  { id: 'history', text: { key: 'interactions:errors.rule.history' } },
];

const QR = `data:image/svg+xml;base64,${Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h3v3H1zM5 1h3v3H5zM1 5h3v3H1zM6 6h2v2H6z"/></svg>',
).toString('base64')}`;

const frame = (tab: ProfileTab): ProfileFrame => ({
  tab,
  name: 'Ada Example',
  email: 'ada@acme.example',
  switchable: true,
  logOutUrl: '/session/end?client_id=gatehouse-account',
});

/** Data to render every page with, as it would look in use. */
export const viewSamples: { [V in ViewName]: ViewData[V] } = {
  'interactions/identify': {
    ...form,
    email: 'ada@acme.example',
    forgotPasswordUrl: '/forgot-password',
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
    errors: { password: { key: 'interactions:errors.rules' } },
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
      password: { key: 'interactions:errors.rules' },
      confirm: { key: 'interactions:errors.mismatch' },
    },
  },
  'interactions/choose-method': {
    methods: [
      { id: 'totp', url: '/interaction/sample/authenticator-code', preselected: true },
      { id: 'sms', url: '/interaction/sample/sms-code', preselected: false },
      { id: 'passkey', url: '/interaction/sample/passkey', preselected: false },
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
    errors: { code: { key: 'interactions:errors.code-wrong' } },
  },
  'interactions/sms-code': {
    ...form,
    number: '•••67',
    otherMethodUrl: '/interaction/sample/choose-method',
    errors: { form: { key: 'interactions:errors.sms-undelivered' } },
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
    errors: { phone: { key: 'interactions:errors.phone-impossible' } },
  },
  'interactions/sms-setup-code': {
    ...form,
    number: '•••67',
    otherNumberUrl: '/interaction/sample/sms-setup',
    otherMethodUrl: '/interaction/sample/select-method',
    notice: { key: 'interactions:sms-code.resent' },
  },
  'interactions/passkey': {
    ...form,
    otherMethodUrl: '/interaction/sample/choose-method',
    options: '{"challenge":"c2FtcGxl","rpId":"localhost"}',
    errors: { form: { key: 'interactions:errors.passkey-refused' } },
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
    errors: { name: { key: 'interactions:errors.passkey-name' } },
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
    deadline: 'December 1, 2026',
  },
  'interactions/select-method': {
    ...form,
    methods: [
      { id: 'totp', preselected: true },
      { id: 'sms', preselected: false },
      { id: 'passkey', preselected: false },
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
    errors: { email: { key: 'interactions:errors.email-invalid' } },
  },
  'self-service/forgot-password-sent': { ...form, email: 'ada@acme.example' },
  'self-service/reset-password': {
    ...form,
    email: 'ada@acme.example',
    rules: rules.map(({ id, text }) => ({ id, text })),
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
  'self-service/profile': {
    ...form,
    frame: frame('settings'),
    name: 'Ada Example',
    language: 'fr',
    timeZone: 'Europe/Paris',
    timeZones: ['America/New_York', 'Europe/Paris'],
    changeEmailUrl: '/profile/email',
    pendingEmail: { address: 'ada@new.example', newConfirmed: true, oldConfirmed: false, cancel: form },
    companies: [
      { name: 'Acme Builders', current: true },
      { name: 'Globex Infrastructure Partners of the Greater Northwest', current: false },
    ],
    errors: { timeZone: { key: 'profile:errors.time-zone' } },
  },
  'self-service/profile-security': {
    ...form,
    frame: {
      ...frame('security'),
      deadline: { companyName: 'Acme Builders', date: 'December 1, 2026' },
    },
    password: {
      kind: 'local',
      changed: 'November 2, 2026 at 5:02 PM UTC',
      expires: 'December 2, 2026 at 5:02 PM UTC',
      changeUrl: '/profile/security/password',
    },
    factors: [
      {
        id: 'totp',
        enrolled: true,
        detail: 'November 2, 2026 at 5:02 PM UTC',
        setUpUrl: '/profile/security/authenticator',
        removeUrl: '/profile/security/authenticator/remove',
      },
      { id: 'sms', enrolled: false, setUpUrl: '/profile/security/phone' },
    ],
    unavailable: false,
    recoveryCode: {
      created: 'November 2, 2026 at 5:02 PM UTC',
      requestUrl: '/profile/security/recovery-code',
    },
    alwaysRequire: { ...form, on: true, lockedBy: 'Acme Builders' },
  },
  'self-service/profile-passkeys': {
    ...form,
    frame: frame('security'),
    passkeys: [
      {
        id: 'sample-1',
        name: 'Ada’s phone',
        created: 'November 1, 2026',
        lastUsed: 'November 22, 2026',
        synced: true,
        removeUrl: '/profile/security/passkeys/remove?passkey=sample-1',
      },
      {
        id: 'sample-2',
        name: 'Security key in the safe',
        created: 'November 2, 2026',
        synced: false,
        removeUrl: '/profile/security/passkeys/remove?passkey=sample-2',
      },
    ],
    addUrl: '/profile/security/passkeys/add',
    backUrl: '/profile/security',
    failed: 'sample-2',
    errors: { name: { key: 'interactions:errors.passkey-name' } },
  },
  'self-service/profile-question': {
    ...form,
    frame: frame('security'),
    question: 'remove-authenticator',
    backUrl: '/profile/security',
    errors: { form: { key: 'profile:errors.last-method', params: { company: 'Acme Builders' } } },
  },
  'self-service/profile-password': {
    ...form,
    frame: frame('security'),
    email: 'ada@acme.example',
    rules,
    backUrl: '/profile/security',
  },
  'self-service/profile-email': {
    ...form,
    frame: frame('settings'),
    email: 'ada@new.example',
    backUrl: '/profile',
    errors: { email: { key: 'profile:errors.sso-address' } },
  },
  'self-service/profile-devices': {
    ...form,
    frame: frame('devices'),
    devices: [
      {
        id: 'one',
        browser: 'Firefox',
        system: 'Windows',
        current: true,
        since: 'November 2, 2026 at 5:02 PM UTC',
        lastSeen: 'November 22, 2026 at 5:02 PM UTC',
        ip: '2001:db8:1234:5678:9abc:def0:1234:5678',
      },
      {
        id: 'two',
        current: false,
        since: 'November 1, 2026 at 9:00 AM UTC',
        lastSeen: 'November 1, 2026 at 9:00 AM UTC',
      },
    ],
    signOut: form,
    signOutAll: form,
  },
  'self-service/profile-applications': {
    ...form,
    frame: frame('applications'),
    applications: [
      {
        clientId: 'planner',
        name: 'Site Planner',
        scopes: ['openid', 'email', 'documents:read'],
        companies: ['Acme Builders'],
        since: 'November 2, 2026 at 5:02 PM UTC',
      },
    ],
  },
  'self-service/profile-activity': {
    frame: frame('activity'),
    events: [
      {
        text: { key: 'profile:activity.event.logged-in' },
        at: 'November 22, 2026 at 5:02 PM UTC',
        ip: '192.0.2.7',
        byOther: false,
      },
      {
        text: { key: 'profile:activity.event.unlocked' },
        at: 'November 21, 2026 at 5:02 PM UTC',
        byOther: true,
      },
    ],
    nextUrl: '/profile/activity?after=x',
  },
  'self-service/confirm-address': {
    ...form,
    side: 'old',
    email: 'ada@acme.example',
    newAddress: 'ada@new.example',
    cancel: form,
  },
  'self-service/confirm-address-done': { state: 'waiting-new', newAddress: 'ada@new.example' },
  'self-service/help': { topic: 'mfa' },
  'errors/error': {
    code: 'not-found',
    status: 404,
    params: {},
    correlationId: 'Jt3kQ9vXw0a2',
    startAgainUrl: '/start-again',
  },
};

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
    until: 'December 9, 2026 at 10:00 AM UTC',
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
    at: 'December 9, 2026 at 10:00 AM UTC',
    link: 'https://id.example/forgot-password',
  },
  'password-changed': { name: 'Ada Example', at: 'November 22, 2026 at 5:02 PM UTC' },
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
    at: 'November 22, 2026 at 5:02 PM UTC',
    change: 'recovery-code-issued',
  },
  'retired-address': { newAddress: 'ada@new.example' },
  'recovery-code-used': { name: 'Ada Example', at: 'November 22, 2026 at 5:02 PM UTC' },
  'passkey-added': {
    name: 'Ada Example',
    at: 'November 22, 2026 at 5:02 PM UTC',
    passkey: 'Ada’s phone',
  },
  'passkey-removed': { name: '', at: 'November 22, 2026 at 5:02 PM UTC', passkey: 'Ada’s phone' },
  'phone-added': { name: 'Ada Example', at: 'November 22, 2026 at 5:02 PM UTC', number: '•••67' },
  'authenticator-added': { name: '', at: 'November 22, 2026 at 5:02 PM UTC' },
  'account-locked': { name: 'Ada Example', resetLink: 'https://login.example/reset-password?token=abc' },
  'support-case': {
    name: '',
    id: '4820917355',
    fullName: 'Ada Example',
    companyName: 'Acme Builders',
    projects: 'Harbour Bridge',
  },
  'session-revoked': {
    name: 'Ada Example',
    at: 'November 22, 2026 at 5:02 PM UTC',
    clientName: 'Site Planner',
  },
};
