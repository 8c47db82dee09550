import type { ProfileFrame, ProfileTab, ViewData, ViewName } from '#rendering';
import { form, rules } from './form-samples.ts';

const frame = (tab: ProfileTab): ProfileFrame => ({
  tab,
  name: 'Ada Example',
  email: 'ada@acme.example',
  switchable: true,
  logOutUrl: '/session/end?client_id=gatehouse-account',
  ...(tab === 'devices' && { recoveryCode: 'unsaved' }),
  ...(tab === 'activity' && { recoveryCode: 'missing' }),
  ...(tab === 'applications' && {
    recoveryCode: 'unsaved',
    codeToSaveUrl: '/profile/security/recovery-code/save',
  }),
});

/** Data to render the pages of My Profile Settings with. */
export const profileSamples = {
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
      { name: 'Acme Builders', current: true, loginName: 'ada.example@acme' },
      { name: 'Globex Infrastructure Partners of the Greater Northwest', current: false },
    ],
    errors: { timeZone: { key: 'profile:errors.time-zone' } },
  },
  'self-service/profile-security': {
    ...form,
    frame: {
      ...frame('security'),
      deadline: { companyName: 'Acme Builders', date: '2026-12-01' },
    },
    password: {
      kind: 'local',
      changed: '2026-11-02T17:02Z',
      expires: '2026-12-02T17:02Z',
      changeUrl: '/profile/security/password',
    },
    factors: [
      {
        id: 'totp',
        enrolled: true,
        detail: '2026-11-02T17:02Z',
        setUpUrl: '/profile/security/authenticator',
        stays: { key: 'profile:errors.last-method', params: { company: 'Acme Builders' } },
      },
      { id: 'sms', enrolled: false, setUpUrl: '/profile/security/phone' },
      {
        id: 'email',
        enrolled: true,
        detail: 'ada@acme.example',
        removeUrl: '/profile/security/email-code/remove',
      },
    ],
    unavailable: false,
    recoveryCode: {
      created: '2026-11-02T17:02Z',
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
        created: '2026-11-01',
        lastUsed: '2026-11-22',
        synced: true,
        removeUrl: '/profile/security/passkeys/remove?passkey=sample-1',
      },
      {
        id: 'sample-2',
        name: 'Security key in the safe',
        created: '2026-11-02',
        synced: false,
        removeUrl: '/profile/security/passkeys/remove?passkey=sample-2',
      },
    ],
    addUrl: '/profile/security/passkeys/add',
    backUrl: '/profile/security',
    failed: 'sample-2',
    errors: { name: { key: 'credentials:passkey-name' } },
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
        since: '2026-11-02T17:02Z',
        lastSeen: '2026-11-22T17:02Z',
        ip: '2001:db8:1234:5678:9abc:def0:1234:5678',
      },
      {
        id: 'two',
        current: false,
        since: '2026-11-01T09:00Z',
        lastSeen: '2026-11-01T09:00Z',
      },
    ],
    signOut: form,
    signOutAll: form,
    trusted: [
      {
        id: 'three',
        browser: 'Firefox',
        system: 'Windows',
        current: true,
        since: '2026-11-02T17:02Z',
        until: '2026-12-02T17:02Z',
        ip: '2001:db8:1234:5678:9abc:def0:1234:5678',
      },
    ],
    endTrust: form,
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
        since: '2026-11-02T17:02Z',
      },
    ],
  },
  'self-service/profile-activity': {
    frame: frame('activity'),
    events: [
      {
        text: { key: 'profile:activity.event.logged-in' },
        at: '2026-11-22T17:02Z',
        ip: '192.0.2.7',
        byOther: false,
      },
      {
        text: { key: 'profile:activity.event.passwords-failed', params: { count: 3 } },
        at: '2026-11-22T16:02Z',
        ip: '192.0.2.9',
        device: { browser: 'Firefox', system: 'Windows' },
        byOther: false,
      },
      {
        text: { key: 'profile:activity.event.unlocked' },
        at: '2026-11-21T17:02Z',
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
} satisfies { [V in ViewName]?: ViewData[V] };
