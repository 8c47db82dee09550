import type { ViewData, ViewName } from '#rendering';
import { viewSamples } from './view-samples.ts';

/** A page in one of its states: its name says which. */
export interface ViewState {
  name: string;
  view: ViewName;
  data: ViewData[ViewName];
}

/** `undefined` leaves out. */
type Changes<V extends ViewName> = { [K in keyof ViewData[V]]?: ViewData[V][K] | undefined };

/** The discriminating values of a page; the compiler refuses a table in which one is missing. */
type Every<T extends string> = Record<T, true>;
type Reason<V extends ViewName> = ViewData[V] extends { reason: infer R extends string } ? Every<R> : never;

const spent: Reason<'self-service/link-spent'> = { used: true, expired: true, unknown: true };
const over: Reason<'self-service/invitation-over'> = {
  accepted: true,
  revoked: true,
  expired: true,
  unknown: true,
  cancelled: true,
  interrupted: true,
};
const renewed: Reason<'interactions/new-password'> = { expired: true, temporary: true };
const topics: Every<ViewData['self-service/help']['topic']> = {
  'sign-in': true,
  email: true,
  sso: true,
  mfa: true,
};
const confirmed: Every<ViewData['self-service/confirm-address-done']['state']> = {
  changed: true,
  'waiting-old': true,
  'waiting-new': true,
  cancelled: true,
  dead: true,
};
const questions: Every<ViewData['self-service/profile-question']['question']> = {
  'remove-authenticator': true,
  'remove-phone': true,
  'remove-passkey': true,
  'remove-email-code': true,
  'add-email-code': true,
  'always-require-off': true,
  'recovery-code': true,
};
const errors: Record<string, number> = {
  'bad-request': 400,
  csrf: 403,
  'permission-denied': 403,
  'not-found': 404,
  'request-timeout': 408,
  unprocessable: 422,
  'too-many-requests': 429,
  internal: 500,
  'heavy-load': 503,
  'storage.unavailable': 503,
  'interaction.lost': 400,
  'oidc.invalid_redirect_uri': 400,
};

/** Every page as in the samples, and in each of the other states that look different. */
export const viewStates: readonly ViewState[] = [
  ...(Object.keys(viewSamples) as ViewName[]).map((view) => ({ name: view, view, data: viewSamples[view] })),
  ...each('self-service/link-spent', spent, (reason) => ({ reason })),
  ...each('self-service/invitation-over', over, (reason) => ({
    reason,
    request: reason === 'expired' ? viewSamples['self-service/invitation-over'].request : undefined,
    signInUrl: ['accepted', 'revoked', 'unknown'].includes(reason) ? '/profile' : undefined,
    helpUrl: reason === 'revoked' || reason === 'unknown' ? '/help/sign-in' : undefined,
    againUrl: reason === 'cancelled' || reason === 'interrupted' ? '/welcome' : undefined,
  })),
  ...each('interactions/new-password', renewed, (reason) => ({ reason })),
  ...each('self-service/help', topics, (topic) => ({ topic })),
  ...each('self-service/confirm-address-done', confirmed, (state) => ({ state })),
  ...each('self-service/profile-question', questions, (question) => ({ question, errors: {} })),
  ...Object.entries(errors).map(([code, status]) =>
    state('errors/error', code, { code, status, params: { wait: '2 minutes' } }),
  ),
  state('errors/error', 'no way to start again', { startAgainUrl: undefined }),
  state('interactions/identify', 'not an address', {
    errors: { email: { key: 'interactions:errors.email-invalid' } },
  }),
  state('interactions/identify', 'single page', { singlePage: true, errors: {} }),
  state('interactions/identify', 'single page, wrong', {
    singlePage: true,
    errors: { password: { key: 'interactions:errors.credentials' } },
  }),
  state('interactions/password', 'current', { current: true, errors: {} }),
  state('interactions/choose-method', 'payments', { team: 'payments' }),
  ...(['authenticator-code', 'sms-code', 'email-code', 'passkey'] as const).map((step) =>
    state(`interactions/${step}`, 'trusting', { errors: {}, trust: { period: 'P30D', ticked: true } }),
  ),
  state('interactions/choose-method', 'the mailbox alone', {
    mailboxAlone: true,
    methods: [{ id: 'recovery', url: '/interaction/sample/recovery-code', preselected: false }],
  }),
  state('interactions/enrolment-required', 'required', { required: true }),
  state('interactions/save-recovery-code', 'not ticked', {
    errors: { saved: { key: 'interactions:errors.saved-required' } },
  }),
  state('interactions/terms', 'not agreed', {
    errors: { agree: { key: 'interactions:errors.agree-required' } },
  }),
  state('interactions/passkey-setup', 'in the profile', {
    otherMethodUrl: undefined,
    backUrl: '/profile/security',
    voidsRecoveryCode: true,
  }),
  state('interactions/logged-out', 'stayed', { stayed: true }),
  state('interactions/sms-code', 'resent', { errors: {}, notice: { key: 'interactions:sent-code.resent' } }),
  state('interactions/email-code', 'resent', {
    errors: {},
    notice: { key: 'interactions:sent-code.resent' },
  }),
  state('self-service/welcome-done', 'no application', { clientName: undefined }),
  state('self-service/profile-security', 'SSO', {
    password: { kind: 'sso', companyName: 'Acme Builders', idpName: 'Acme Okta' },
    factors: [],
    unavailable: true,
    recoveryCode: undefined,
    alwaysRequire: undefined,
  }),
  state('self-service/profile-applications', 'none', { applications: [] }),
  state('self-service/profile-activity', 'none', { events: [], nextUrl: undefined }),
  state('self-service/confirm-address', 'new', { side: 'new' }),
];

function each<V extends ViewName, T extends string>(
  view: V,
  values: Every<T>,
  changes: (value: T) => Changes<V>,
): ViewState[] {
  return (Object.keys(values) as T[]).map((value) => state(view, value, changes(value)));
}

function state<V extends ViewName>(view: V, name: string, changes: Changes<V>): ViewState {
  return { name: `${view} (${name})`, view, data: { ...viewSamples[view], ...changes } as ViewData[V] };
}
