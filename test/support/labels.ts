import type { Locale } from '#i18n';
import { brand, texts } from './renderer.ts';

/** What people meet on the way: in English as the documentation quotes it, and the key of the text in every language. */
const LABELS = {
  email: ['Email', 'interactions:identify.email'],
  password: ['Password', 'interactions:password.password'],
  confirm: ['Confirm', 'interactions:new-password.confirm'],
  next: ['Continue', 'layout:continue'],
  submit: ['Submit', 'self-service:forgot-password.submit'],
  sent: ['Check your email', 'self-service:forgot-password-sent.title'],
  reset: ['Reset Password', 'self-service:reset-password.submit'],
  logIn: ['Log in', 'self-service:reset-password-done.sign-in'],

  setUp: ['Set Up Now', 'interactions:enrolment-required.set-up'],
  app: ['Authenticator App', 'interactions:select-method.totp'],
  sms: ['SMS Verification', 'interactions:select-method.sms'],
  secure: ['Secure your Account', 'interactions:authenticator-setup.title'],
  trouble: ['Trouble Scanning', 'interactions:authenticator-setup.trouble'],
  setUpCode: ['Enter the 6-Digit Verification Code', 'interactions:authenticator-setup.code'],
  country: ['Select Your Country Code', 'interactions:sms-setup.country'],
  phone: ['Enter Your Phone Number', 'interactions:sms-setup.phone'],
  passkeyTitle: ['Set Up a Passkey', 'interactions:passkey-setup.title'],
  passkeyName: ['Name of this passkey', 'interactions:passkey-setup.name'],
  save: ['Save Your Recovery Code', 'interactions:save-recovery-code.title'],
  saved: ['I Have Securely Saved This Code', 'interactions:save-recovery-code.saved'],

  verify: ['Verify Your Identity', 'interactions:authenticator-code.title'],
  code: ['Enter Your 6-digit Verification Code', 'interactions:authenticator-code.code'],
  resend: ['Resend New Code', 'interactions:sent-code.resend'],
  other: ['Try another method', 'interactions:authenticator-code.other'],
  recovery: ['Enter Recovery Code', 'interactions:choose-method.recovery'],
  recoveryCode: ['Enter Recovery Code', 'interactions:recovery-code.code'],
  replace: ['Replace Your Lost Verification Method', 'interactions:replace-method.title'],
  newDevice: ['Set Up a New Device', 'interactions:replace-method.set-up'],
  passkeySignIn: ['Sign in with a passkey', 'interactions:identify.passkey'],

  agree: ['I Agree to the Terms and Conditions', 'interactions:terms.agree'],
  agreeButton: ['Agree', 'interactions:terms.submit'],
  loggedIn: ['You are now logged into Gatehouse', 'self-service:welcome-done.title'],

  profile: ['My Profile Settings', 'profile:settings.title'],
  security: ['Password & Security', 'profile:tabs.security'],
  current: ['Enter your account’s current password', 'interactions:password.current'],
  addApp: ['Add Authenticator App', 'profile:security.add-totp'],
  changeApp: ['Change Authenticator App', 'profile:security.change-totp'],
  removeApp: ['Remove App', 'profile:security.remove-totp'],
  removeTitle: ['Remove Authenticator App', 'profile:question.remove-authenticator.title'],
  addPasskey: ['Add Passkey', 'profile:security.add-passkey'],
  changeEmail: ['Change email address', 'profile:settings.change-email'],
  newEmail: ['New email address', 'profile:email.label'],
  confirmChange: ['Confirm Change', 'profile:confirm.submit'],
  emailChanged: ['Your email address was changed', 'profile:confirm-done.changed-title'],

  error: ['Error: ', 'layout:error-title'],
  refused: ['The email or password is incorrect.', 'interactions:errors.credentials'],
  wrongCode: ['This code is incorrect. Check it and try again.', 'credentials:code-wrong'],
  mismatch: ['Passwords must match', 'credentials:mismatch'],
  noPhone: ['This is not a complete phone number. Check it and try again.', 'credentials:phone-impossible'],
} as const;

export type Labels = Record<keyof typeof LABELS, string>;

/** In English from here, so that a label that changes is noticed; in other languages from the locale files. */
export function labelsIn(locale: Locale): Labels {
  const rows = Object.entries(LABELS).map(([name, [english, key]]) => {
    const text = texts.translate(locale, key, { brand: brand.name, title: '' });
    return [name, locale === 'en' ? english : text];
  });
  return Object.fromEntries(rows) as Labels;
}
