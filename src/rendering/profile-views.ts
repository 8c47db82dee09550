import type { FormData, FormTarget, PasswordRuleView, TextRef } from './form-data.ts';

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
  /** Its page was left before the box was ticked (J5), or there is none beside a second factor. */
  recoveryCode?: 'unsaved' | 'missing';
  /** The unsaved one can still be shown in this session. */
  codeToSaveUrl?: string;
}

/** The pages of My Profile Settings by view name; the contract as ViewData's. */
export interface ProfileViews {
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
    companies: readonly { name: string; current: boolean; loginName?: string }[];
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
      id: 'totp' | 'sms' | 'passkey' | 'email';
      enrolled: boolean;
      /** Since when, the masked number, the address, or how many. */
      detail?: string;
      setUpUrl?: string;
      removeUrl?: string;
      /** Why it can't be removed, in the place of the link (K8). */
      stays?: TextRef;
    }[];
    /** Why nothing can be set up (G32). */
    unavailable: boolean;
    recoveryCode?: { created?: string; requestUrl: string };
    /** Absent without a method. */
    /** `trustedPeriod`: for so long trusted devices are not asked again (H13). */
    alwaysRequire?: FormTarget & { on: boolean; lockedBy?: string; trustedPeriod?: string };
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
      /** Absent where all of them have to stay. */
      removeUrl?: string;
    }[];
    /** Why the only one can't be removed (K8). */
    stays?: TextRef;
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
      | 'add-email-code'
      | 'remove-email-code'
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
    /** Where no second factor is asked for at log-in (H13). */
    trusted: readonly {
      id: string;
      browser?: string;
      system?: string;
      current: boolean;
      since: string;
      until: string;
      ip?: string;
    }[];
    endTrust: FormTarget;
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
    events: readonly {
      text: TextRef;
      /** Of several failed tries in a row the latest. */
      at: string;
      ip?: string;
      device?: { browser?: string; system?: string };
      byOther: boolean;
    }[];
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
}
