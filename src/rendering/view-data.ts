import type { FormData, PasswordRuleView, TextRef } from './form-data.ts';
import type { ProfileViews } from './profile-views.ts';

/** Second factors; each has its name, hint and icon. */
export type MethodId = 'totp' | 'sms' | 'email' | 'passkey' | 'recovery';

/** The data of every page by view name: the contract between surfaces and views/. */
export interface ViewData extends ProfileViews {
  'interactions/identify': FormData & {
    email?: string;
    forgotPasswordUrl: string;
    /** The password stands on the same page (B5). */
    singlePage: boolean;
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
  /** 200 page that moves the browser to the IdP or relying party (docs/decisions/003: no POST → 303 → elsewhere). */
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
    /** The password came from a mailed link: a code to the same mailbox proves nothing beside it (I10). */
    mailboxAlone?: boolean;
    /** Of the company that the person works for. */
    support?: { url?: string; phone?: string; email?: string };
  };
  'interactions/authenticator-code': FormData & { otherMethodUrl: string; email: string };
  /** `number` shows its last two digits only, here and below (I3). */
  'interactions/sms-code': FormData & { otherMethodUrl: string; number: string };
  'interactions/email-code': FormData & { otherMethodUrl: string; email: string };
  'interactions/email-setup': FormData & { otherMethodUrl: string; email: string };
  'interactions/sms-setup': FormData & {
    countries: readonly { code: string; callingCode: string; selected: boolean }[];
    phone: string;
    payee: boolean;
    otherMethodUrl: string;
    /** The set-up ends with a new recovery code, in the place of one that may have been saved; said beforehand. */
    voidsRecoveryCode?: boolean;
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
    voidsRecoveryCode?: boolean;
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
    voidsRecoveryCode?: boolean;
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
  'self-service/forgot-password': FormData & { email?: string; signInUrl: string };
  'self-service/forgot-password-sent': FormData & { email: string };
  'self-service/reset-password': FormData & { email: string; rules: readonly PasswordRuleView[] };
  'self-service/reset-password-done': { signInUrl: string };
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
    /** Where nothing can be asked for: what else there is to do. */
    helpUrl?: string;
  };
  'self-service/invitation-requested': Record<never, never>;
  'self-service/welcome-done': { clientName?: string };
  'self-service/help': { topic: 'sign-in' | 'email' | 'sso' | 'mfa' };
  /** Texts `errors:<code>.title`, `.text` and `.advice` where present, with `params`; falls back to the status. */
  'errors/error': {
    code: string;
    status: number;
    params: Record<string, string | number>;
    correlationId: string;
    startAgainUrl?: string;
    /** Where to go from a page that is not there. */
    homeUrl?: string;
  };
}

export type ViewName = keyof ViewData;
