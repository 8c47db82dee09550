import type { Account } from '#accounts';
import type { TrustRule } from '#companies';
import { WELCOME_PATH } from '#invitations';
import type { Again, StepView } from './step.ts';

/** What the browser is told. */
export type Dispatched =
  | { kind: 'page'; page: Exclude<StepView, { goTo: string }>; again?: Again }
  /** Another address of ours, by GET. */
  | { kind: 'go'; path: string }
  /** The request goes on at the relying party. */
  | {
      kind: 'finished';
      url: string;
      destination: string;
      /** Who has just proven themselves here by a password. */
      signedIn?: Account | undefined;
      /** They want this browser to be trusted (H13). */
      trust?: TrustRule | undefined;
    }
  | { kind: 'download'; filename: string; text: string }
  /** Nothing is known of this interaction in this browser (W4). */
  | { kind: 'lost' };

/** The page of the link says what became of it. */
export const INVITATION_OVER: Dispatched = { kind: 'go', path: WELCOME_PATH };
