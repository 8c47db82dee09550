/** A text by key with its values; looked up in the page's language. `ns:key` as in config/locales/<lang>/<ns>.json. */
export interface TextRef {
  key: string;
  params?: Record<string, string | number>;
}

/**
 * What every form page carries: where it posts to, its anti-forgery token and what was wrong last time, by field name
 * (`form` for what belongs to no single field, the refused credentials for one).
 */
export interface FormData {
  action: string;
  csrf: string;
  errors?: Partial<Record<string, TextRef>>;
  /** Something that happened, shown above the form. */
  notice?: TextRef;
}

/** One password rule with its circle (A10); `met` is absent before the first submit. */
export interface PasswordRuleView {
  id: 'length' | 'upper' | 'lower' | 'number' | 'special' | 'history';
  text: TextRef;
  met?: boolean;
}

/** Second factors; each has its name, hint and icon. */
export type MethodId = 'totp' | 'sms' | 'email' | 'passkey' | 'recovery';

/** One form of a page that has several. */
export interface FormTarget {
  action: string;
  csrf: string;
}

export type ProfileTab = 'settings' | 'security' | 'devices' | 'applications' | 'activity';

/** What every page of "My Profile Settings" carries around its own content. */
export interface ProfileFrame {
  tab: ProfileTab;
  name: string;
  email: string;
  /** The person belongs to several companies. */
  switchable: boolean;
  logOutUrl: string;
  /** A second factor will be demanded from this day on, and there is none (G25). */
  deadline?: { companyName: string; date: string };
}

/** The data of every page by view name: the contract between surfaces and views/. */
export interface ViewData {
  'interactions/identify': FormData & {
    email?: string;
    forgotPasswordUrl: string;
    /** Options of WebAuthn as JSON, where one may sign in by a passkey. */
    passkeyOptions?: string;
  };
  'interactions/password': FormData & {
    email: string;
    changeUrl: string;
    forgotPasswordUrl: string;
    /** Our own pages ask for it again, before something of the account changes (G27). */
    current: boolean;
  };
  /** C5, F3: shown in a known device of the account only. */
  'interactions/account-locked': { email: string; changeUrl: string; resetUrl: string };
  /** 200 page that moves the browser to the IdP or relying party (design.md section 3: no POST → 303 → elsewhere). */
  'interactions/leave': { url: string; destination: string };
  'interactions/federation-problem': {
    problem: TextRef;
    /** What the person can do about it. */
    advice: TextRef;
    idpName: string;
    itContact?: string;
    retryUrl: string;
    otherAddressUrl: string;
  };
  'interactions/create-password': FormData & {
    email: string;
    companyName: string;
    /** The box stays as it was left. */
    newsletter: boolean;
    rules: readonly PasswordRuleView[];
  };
  'interactions/invitation-conflict': FormData & {
    companyName: string;
    invitedEmail: string;
    currentEmail: string;
  };
  'interactions/join': FormData & { companyName: string; email: string };
  'interactions/new-password': FormData & {
    email: string;
    reason: 'expired' | 'temporary';
    rules: readonly PasswordRuleView[];
  };
  'interactions/choose-method': {
    methods: readonly { id: MethodId; url: string; preselected: boolean }[];
    companyName?: string;
    /** N7: who can reset the methods of this very person. */
    team: 'administrator' | 'payments';
    /** Of the company that the person works for. */
    support?: { url?: string; phone?: string; email?: string };
  };
  'interactions/authenticator-code': FormData & { otherMethodUrl: string; email: string };
  /** `number` shows its last two digits only, here and below (I3). */
  'interactions/sms-code': FormData & { otherMethodUrl: string; number: string };
  'interactions/sms-setup': FormData & {
    countries: readonly { code: string; callingCode: string; selected: boolean }[];
    phone: string;
    payee: boolean;
    otherMethodUrl: string;
  };
  'interactions/sms-setup-code': FormData & {
    number: string;
    otherNumberUrl: string;
    otherMethodUrl: string;
  };
  /** `options`: of WebAuthn as JSON, here and below. */
  'interactions/passkey': FormData & { otherMethodUrl: string; options: string };
  'interactions/passkey-setup': FormData & {
    options: string;
    name?: string;
    otherMethodUrl?: string;
    /** Where the set-up can be left. */
    backUrl?: string;
  };
  'interactions/recovery-code': FormData & { otherMethodUrl: string; email: string };
  'interactions/enrolment-required': FormData & {
    companyName?: string;
    /** False before the enforcement instant: "Remind me later" is offered. */
    required: boolean;
    /** Formatted date in the company's zone, when still ahead. */
    deadline?: string;
  };
  'interactions/select-method': FormData & {
    methods: readonly { id: MethodId; preselected: boolean }[];
    /** An app is recommended to them (M3). */
    payee: boolean;
  };
  'interactions/authenticator-setup': FormData & {
    /** data: URL of an SVG made here. */
    qrImage: string;
    /** Base32 secret in upper-case groups of four. */
    secretGroups: readonly string[];
    accountLabel: string;
    /** Where the set-up can be left. */
    backUrl?: string;
  };
  'interactions/save-recovery-code': FormData & {
    /** 8 groups of 4 digits. */
    codeGroups: readonly string[];
    downloadAction: string;
  };
  'interactions/replace-method': FormData & Record<never, never>;
  'interactions/terms': FormData & { termsUrl?: string; version: string };
  'interactions/company': FormData & {
    companies: readonly { id: string; name: string; selected: boolean }[];
    /** While somebody who is signed in may still choose another account (A17). */
    otherAccountUrl?: string;
  };
  'interactions/consent': FormData & {
    clientName: string;
    /** Host of the client's home or redirect URI: what cannot be faked by a name (X22). */
    clientHost: string;
    email: string;
    scopes: readonly string[];
    /** Hosts of the APIs at which they count; none: only here. */
    resources: readonly string[];
    policyUrl?: string;
    termsUrl?: string;
  };
  'interactions/log-out': FormData & {
    clientName?: string;
    /** Hidden fields the provider wants back. */
    hidden: Record<string, string>;
  };
  /** `stayed`: logged out of the client only, after "Stay Logged In". */
  'interactions/logged-out': { clientName?: string; stayed: boolean };
  'self-service/forgot-password': FormData & { email?: string };
  'self-service/forgot-password-sent': FormData & { email: string };
  'self-service/reset-password': FormData & { email: string; rules: readonly PasswordRuleView[] };
  'self-service/reset-password-done': { signInUrl?: string };
  /** `typed`: what was written last time. */
  'self-service/support': FormData & {
    typed: { fullName?: string; companyName?: string; projects?: string };
  };
  'self-service/support-received': FormData & { id: string; contactKey: string; replyTo?: string };
  'self-service/support-reachable': { id: string; email: string };
  /** A used or expired mailed link: says so and offers a new one. */
  'self-service/link-spent': { reason: 'used' | 'expired' | 'unknown'; newLinkUrl: string };
  /** What became of an invitation's link, and the way on. */
  'self-service/invitation-over': {
    reason: 'accepted' | 'revoked' | 'expired' | 'unknown' | 'cancelled' | 'interrupted';
    /** Form that asks for a new mail. */
    request?: Pick<FormData, 'action' | 'csrf'>;
    signInUrl?: string;
    againUrl?: string;
  };
  'self-service/invitation-requested': Record<never, never>;
  'self-service/welcome-done': { clientName?: string };
  'self-service/profile': FormData & {
    frame: ProfileFrame;
    name: string;
    /** Empty: as the browser asks. */
    language: string;
    timeZone: string;
    timeZones: readonly string[];
    /** Absent where the administrator or the identity provider changes the address. */
    changeEmailUrl?: string;
    pendingEmail?: { address: string; newConfirmed: boolean; oldConfirmed: boolean; cancel: FormTarget };
    companies: readonly { name: string; current: boolean }[];
  };
  'self-service/profile-security': FormData & {
    frame: ProfileFrame;
    password:
      | { kind: 'sso'; companyName: string; idpName?: string }
      | {
          kind: 'local';
          changed?: string;
          /** When it ends, in its last two weeks (C-8). */
          expires?: string;
          changeUrl: string;
        };
    /** One row a method. */
    factors: readonly {
      id: 'totp' | 'sms' | 'passkey';
      enrolled: boolean;
      /** Since when, the masked number, or how many. */
      detail?: string;
      setUpUrl?: string;
      removeUrl?: string;
    }[];
    /** Why nothing can be set up (G32). */
    unavailable: boolean;
    recoveryCode?: { created?: string; requestUrl: string };
    /** Absent without a method. */
    alwaysRequire?: FormTarget & { on: boolean; lockedBy?: string };
  };
  'self-service/profile-passkeys': FormData & {
    frame: ProfileFrame;
    passkeys: readonly {
      id: string;
      name: string;
      created: string;
      lastUsed?: string;
      /** It is copied between the person's devices. */
      synced: boolean;
      removeUrl: string;
    }[];
    /** Which one `errors` is about. */
    failed?: string;
    addUrl: string;
    backUrl: string;
  };
  /** A page that asks before it acts. */
  'self-service/profile-question': FormData & {
    frame: ProfileFrame;
    question:
      | 'remove-authenticator'
      | 'remove-phone'
      | 'remove-passkey'
      | 'always-require-off'
      | 'recovery-code';
    backUrl: string;
  };
  'self-service/profile-password': FormData & {
    frame: ProfileFrame;
    email: string;
    rules: readonly PasswordRuleView[];
    backUrl: string;
  };
  'self-service/profile-email': FormData & { frame: ProfileFrame; email: string; backUrl: string };
  'self-service/profile-devices': FormData & {
    frame: ProfileFrame;
    devices: readonly {
      id: string;
      browser?: string;
      system?: string;
      current: boolean;
      since: string;
      lastSeen: string;
      ip?: string;
    }[];
    signOut: FormTarget;
    signOutAll: FormTarget;
  };
  'self-service/profile-applications': FormData & {
    frame: ProfileFrame;
    applications: readonly {
      clientId: string;
      name: string;
      scopes: readonly string[];
      companies: readonly string[];
      since: string;
    }[];
  };
  'self-service/profile-activity': {
    frame: ProfileFrame;
    events: readonly { text: TextRef; at: string; ip?: string; byOther: boolean }[];
    nextUrl?: string;
  };
  /** Behind the links mailed for a change of address: the old mailbox may also say no. */
  'self-service/confirm-address': FormData & {
    side: 'old' | 'new';
    email: string;
    newAddress: string;
    cancel?: FormTarget;
  };
  'self-service/confirm-address-done': {
    state: 'changed' | 'waiting-old' | 'waiting-new' | 'cancelled' | 'dead';
    newAddress?: string;
  };
  'self-service/help': { topic: 'sign-in' | 'email' | 'sso' | 'mfa' };
  /** Texts `errors:<code>.title`, `.text` and `.advice` where present, with `params`; falls back to the status. */
  'errors/error': {
    code: string;
    status: number;
    params: Record<string, string | number>;
    correlationId: string;
    startAgainUrl?: string;
  };
}

/**
 * The data of every message by kind: views/messages/<kind>/{subject,text,html}.eta. Links stand alone on their line.
 * `at` is an instant in words with its zone (`formatInstant`), in the person's language; `name` may be empty.
 */
export interface MessageData {
  /** `until`: an instant in words, as `at`. */
  welcome: { name: string; companyName: string; link: string; until: string };
  'password-reset': { name: string; link: string; minutes: number };
  'password-reset-sso': { name: string; companyName: string; idpName: string; itContact?: string };
  'password-changed': { name: string; at: string };
  /** `link` leads to where a new one can be made at once. */
  'password-expiring': { name: string; at: string; link: string };
  'address-changed': { name: string; newAddress: string };
  /** To the new address; `link` proves it. */
  'address-change-new': { name: string; newAddress: string; link: string; hours: number };
  /** To the old address; `link` confirms or cancels. */
  'address-change-old': { name: string; newAddress: string; link: string; hours: number };
  'security-changed': { name: string; at: string; change: SecurityChange };
  'retired-address': { newAddress: string };
  'recovery-code-used': { name: string; at: string };
  'authenticator-added': { name: string; at: string };
  /** `number` shows its last two digits only. */
  'phone-added': { name: string; at: string; number: string };
  /** `passkey`: the name that the person gave it. */
  'passkey-added': { name: string; at: string; passkey: string };
  'passkey-removed': { name: string; at: string; passkey: string };
  'account-locked': { name: string; resetLink: string };
  /** To the support team: a new case with its three facts, or later where to answer it. */
  'support-case': {
    name: '';
    id: string;
    fullName?: string;
    companyName?: string;
    projects?: string;
    replyTo?: string;
  };
  'session-revoked': { name: string; at: string; clientName: string };
}

export type SecurityChange =
  | 'authenticator-removed'
  | 'phone-removed'
  | 'recovery-code-issued'
  | 'always-require-on'
  | 'always-require-off';

/** The data of every text message by kind: views/sms/<kind>.eta. */
export interface SmsData {
  /** `host`: for which the last line binds the code (origin-bound one-time codes), so that phones fill it in there only. */
  'verification-code': { code: string; minutes: number; host: string };
}

export type SmsKind = keyof SmsData;
export type ViewName = keyof ViewData;
export type MessageKind = keyof MessageData;
