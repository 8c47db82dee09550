import type { Account } from '#accounts';
import { actedBy } from '#audit';
import { type Identifiers, isLoginNameLike, type ResolvedIdentifier } from '#companies';
import {
  type Clock,
  DAY,
  type EmailAddress,
  MINUTE,
  parseEmail,
  type Randomness,
  SECOND,
  type SecretBox,
} from '#kernel';
import type { Emission } from '#storage';
import type { ResetLinks, ResetRequest } from '../credentials.ts';
import { mailTo } from '../notices.ts';
import type { PasswordStore } from '../password/password-store.ts';
import type { CredentialAudit, CredentialMessages, SsoRouting } from '../ports.ts';
import type { TryCounter } from '../try-counter.ts';
import type { ResetLinkStore } from './reset-link-store.ts';

export interface RequestResetParts {
  links: ResetLinkStore;
  /** Requests per address. */
  requests: TryCounter;
  passwords: PasswordStore;
  identifiers: Identifiers;
  ssoRouting: SsoRouting;
  messages: CredentialMessages;
  audit: CredentialAudit;
  clock: Clock;
  randomness: Randomness;
  secretBox: SecretBox;
  issuer: string;
  linkMinutes: number;
}

type Sso = NonNullable<Awaited<ReturnType<SsoRouting['isSsoTargeted']>>>;

/** What the owner of an address is written. */
export type ResetAnswer =
  | { kind: 'link'; account: Account }
  | { kind: 'sso'; sso: Sso; account?: Account }
  | { kind: 'retired-address'; account: Account }
  | { kind: 'nothing' };

/** Mails that one address can be sent, whoever asks (D2, X32). */
const PER_ADDRESS = { limit: 10, windowMs: 15 * MINUTE };
const PER_ADDRESS_AND_DAY = { limit: 30, windowMs: DAY };
/** Between a mail and another one that is asked for because it did not come (D3). */
const RESEND_WAIT = { limit: 1, windowMs: 30 * SECOND };
/** Any address of an SSO domain gets a mail, whether or not somebody has it. */
const PER_SSO_DOMAIN_AND_DAY = { limit: 100, windowMs: DAY };

/** D8, D9: the IdP's people get no token whether or not they have an account; B11: an old address is told the new one. */
function answerTo(found: ResolvedIdentifier | undefined, sso: Sso | undefined): ResetAnswer {
  if (sso) return { kind: 'sso', sso, ...(found && { account: found.account }) };
  if (found?.account.status !== 'active' || found.state === 'pending') return { kind: 'nothing' };
  const { account } = found;
  return found.state === 'retired' ? { kind: 'retired-address', account } : { kind: 'link', account };
}

/**
 * Every request does the same reads, counted writes and one durable write with its notices (D2, X28); where there is
 * no link to be stored a decoy is, whose token nobody has.
 */
export function createRequestReset(parts: RequestResetParts): ResetLinks['request'] {
  const { links, requests, passwords, identifiers, ssoRouting, clock, randomness, secretBox } = parts;

  return async (request) => {
    const typed = parseEmail(request.email);
    if (!typed) return { outcome: 'accepted' };
    // The one budget that the page tells of goes by what was typed: it must not tell whose name that is.
    const resend = { purpose: 'reset-resend', subject: subjectOf(secretBox, typed) };
    const { allowed: waited } = await requests.take(resend, RESEND_WAIT);
    if (request.again && !waited) return { outcome: 'wait', seconds: RESEND_WAIT.windowMs / SECOND };
    const found = await identifiers.resolve(typed);
    const address = mailboxOf(typed, found);
    const allowance = await takeAllowance(requests, secretBox, address);
    const domainOf = isLoginNameLike(address) ? NOWHERE : address.normalized;
    const [asked, current] = await Promise.all([
      ssoRouting.isSsoTargeted(domainOf),
      ssoRouting.isSsoTargeted(found?.account.emailNormalized ?? domainOf),
    ]);
    const answer = within(allowance, answerTo(found, asked ?? current));
    const decoy = `decoy-${randomness.bytes(1).toString('hex')}`;
    const id = answer.kind === 'link' ? answer.account.id : decoy;
    const password = await passwords.get(id);
    const token = randomness.token();
    const link = {
      id,
      token,
      address: found?.account.emailNormalized ?? address.normalized,
      passwordVersion: password?.version ?? 0,
      validUntil: clock.now() + parts.linkMinutes * MINUTE,
      ...(request.resume !== undefined && { resume: request.resume }),
    };
    await links.save(link, notices(parts, request, address, answer, token));
    return { outcome: 'accepted' };
  };
}

/** Nobody's: a log-in name without a person has no domain to be asked about. */
const NOWHERE = 'nobody@nobody.invalid';

/** With a log-in name (A5) all goes on as if its person's address had been typed, the budgets of that mailbox included. */
function mailboxOf(typed: EmailAddress, found: ResolvedIdentifier | undefined): EmailAddress {
  const named = found?.state === 'name' || found?.state === 'sso-name';
  return (named && parseEmail(found.account.emailNormalized)) || typed;
}

/** The counters of an address don't name it. */
const subjectOf = (secretBox: SecretBox, { normalized }: EmailAddress) =>
  secretBox.blindIndex('reset-request', normalized);

interface Allowance {
  address: boolean;
  ssoDomain: boolean;
}

/** Every address takes the same three; what was refused already takes nothing from the wider ones. */
async function takeAllowance(
  requests: TryCounter,
  secretBox: SecretBox,
  address: EmailAddress,
): Promise<Allowance> {
  const subject = subjectOf(secretBox, address);
  const quarter = await requests.take({ purpose: 'reset', subject }, PER_ADDRESS);
  if (!quarter.allowed) return { address: false, ssoDomain: false };
  const day = await requests.take({ purpose: 'reset-day', subject }, PER_ADDRESS_AND_DAY);
  if (!day.allowed) return { address: false, ssoDomain: false };
  const ofDomain = await requests.take(
    { purpose: 'reset-domain', subject: address.domain },
    PER_SSO_DOMAIN_AND_DAY,
  );
  return { address: true, ssoDomain: ofDomain.allowed };
}

function within({ address, ssoDomain }: Allowance, answer: ResetAnswer): ResetAnswer {
  const allowed = answer.kind === 'sso' ? ssoDomain : address;
  return allowed ? answer : { kind: 'nothing' };
}

function notices(
  parts: RequestResetParts,
  request: ResetRequest,
  address: EmailAddress,
  answer: ResetAnswer,
  token: string,
): Emission[] {
  const { origin } = request;
  const account = 'account' in answer ? answer.account : undefined;
  const event = parts.audit.emission({
    type: 'password-reset.requested',
    ...actedBy({ actor: account?.id ?? 'anonymous', origin }),
    ...(account && { accountId: account.id }),
    details: { answer: answer.kind },
  });
  return [event, ...mails(parts, request, address, answer, token)];
}

function mails(
  { messages, issuer, linkMinutes }: RequestResetParts,
  { locale: asked }: ResetRequest,
  // As it is compared: what was typed may look like it and be another mailbox.
  { normalized }: EmailAddress,
  answer: ResetAnswer,
  token: string,
): Emission[] {
  if (answer.kind === 'nothing') return [];
  if (answer.kind === 'sso') {
    const data = { name: answer.account?.name ?? normalized, ...answer.sso };
    const locale = answer.account?.locale ?? asked;
    return [messages.emission({ kind: 'password-reset-sso', to: normalized, locale, data })];
  }
  const { account } = answer;
  const locale = account.locale ?? asked;
  if (answer.kind === 'retired-address') {
    const data = { newAddress: account.email };
    return [messages.emission({ kind: 'retired-address', to: normalized, locale, data })];
  }
  const link = `${issuer}/reset-password?token=${token}`;
  const mail = mailTo(account, 'password-reset', { name: account.name, link, minutes: linkMinutes });
  return [messages.emission({ ...mail, locale })];
}
