import type { Accounts } from '#accounts';
import type { ApplyOutcome } from '#bootstrap';
import type { Companies, Identifiers } from '#companies';
import type { Credentials } from '#credentials';
import type { Queue } from '#delivery';
import type { Invitations } from '#invitations';
import type { Storage } from '#storage';
import type { Support } from '#support';

/** What commands need of the composed application, with its storage open. */
export interface CliGatehouse {
  storage: Pick<Storage, 'migrate' | 'reseal'>;
  accounts: Pick<Accounts, 'create' | 'byId' | 'byEmail'>;
  companies: Pick<Companies, 'byId' | 'all' | 'domainsOf' | 'putDomain'>;
  identifiers: Identifiers;
  credentials: Pick<Credentials, 'unlock'> & {
    passwords: Pick<Credentials['passwords'], 'check' | 'importPassword' | 'state'>;
  };
  invitations: Pick<Invitations, 'invite' | 'resend' | 'revoke' | 'list' | 'setTemporaryPassword'>;
  queue: Pick<Queue, 'waiting' | 'dead' | 'depth' | 'retry' | 'discard'>;
  /** Puts what a change has emitted into the queue at once, so that it is seen to wait there. */
  queueMessages(): Promise<unknown>;
  support: Support;
  applyFile(path: string, options: { force: boolean }): Promise<ApplyOutcome>;
  rotateKeys(): Promise<void>;
}

export interface CliContext {
  env: Readonly<Record<string, string | undefined>>;
  /** One line to the operator. Never a secret. */
  say(line: string): void;
  /** Reads a secret that must not stand on the command line. */
  askSecret(question: string): Promise<string>;
  /** Composes the application, opens its storage for `work` and closes everything after it. */
  withGatehouse<T>(work: (gatehouse: CliGatehouse) => Promise<T>): Promise<T>;
}

export interface Command {
  /** One word, or two as in `sso disable`. */
  name: string;
  /** Its arguments: `FILE [--force]`. */
  usage: string;
  summary: string;
  /** Resolves when done. @throws UsageError, CommandFailure, AppError */
  run(args: string[], context: CliContext): Promise<void>;
}

/** Wrong arguments: exit code 2. */
export class UsageError extends Error {}

/** What was asked for cannot be done; the lines say why: exit code 1. */
export class CommandFailure extends Error {
  constructor(lines: readonly string[]) {
    super(lines.join('\n'));
  }
}
