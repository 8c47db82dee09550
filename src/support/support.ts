import type { Account } from '#accounts';
import type { Acting, RequestOrigin } from '#audit';
import type { Locale } from '#i18n';
import type { CaseState, SupportCase } from './support-case.ts';

/** Someone of the support role. */
export interface SupportActing extends Acting {
  /** Their name or account: goes into the record of the check. */
  by: string;
}

/** Somebody who may be the person of a case; without the address, which is revealed only after a match. */
export interface Candidate {
  accountId: string;
  name: string;
  status: Account['status'];
  createdAt: number;
  companies: readonly string[];
}

export interface Support {
  /**
   * N2. The same answer whatever was written. `contactKey` lets this browser say once where the person can be reached.
   * @throws AppError 'too-many-requests' (429) beyond twenty cases a day of one network
   */
  open(request: {
    fullName: string;
    companyName: string;
    projects: string;
    locale: Locale;
    /** What daily limits count by. */
    network: string;
    origin: RequestOrigin;
  }): Promise<{ id: string; contactKey: string }>;
  /** False for another browser's key, or when the case has an answer address already. */
  addContact(contactKey: string, id: string, replyTo: string): Promise<boolean>;

  /** Newest first, a hundred at most; without a state those that are open. */
  list(state?: CaseState): Promise<SupportCase[]>;
  /** Audited, because a case holds what a person told about themselves. @throws AppError 'support.unknown' (404) */
  read(id: string, acting: SupportActing): Promise<SupportCase>;
  /** N3. @throws AppError 'support.unknown' (404), 'support.decided' (409) */
  recordCheck(id: string, check: { question: string; answer: string }, acting: SupportActing): Promise<void>;
  /** Members of the company who bear the name of the case. @throws AppError 'support.unknown' (404) */
  candidates(id: string, companyId: string): Promise<Candidate[]>;
  /**
   * N4. Final; `accountId` for a match, without it for none.
   * @throws AppError 'support.unknown' (404), 'support.decided' (409), 'support.unchecked' (409), 'account-not-found' (404)
   */
  decide(id: string, accountId: string | undefined, acting: SupportActing): Promise<void>;
  /** N4: the address, only after a recorded match. @throws AppError 'support.unknown' (404), 'support.not-matched' (409) */
  reveal(id: string, acting: SupportActing): Promise<string>;
}
