/** What lower features tell those above them; the account's epoch, or that it is told again, makes a lost event harmless. */
export interface DomainEvents {
  /** Everything of the account older than `epoch` is worth nothing from now on: sessions, grants, tokens, proofs. */
  'account.epoch-raised': { accountId: string; epoch: number; reason: EpochReason };
  /**
   * The owner proves an address that nobody had proven: what somebody else allowed or agreed to in the account is void (X4).
   * Told before the address counts as proven, so that after a crash the next proof tells it again.
   */
  'account.taken-over': { accountId: string };
}

export type EpochReason =
  | 'password-changed'
  | 'factor-changed'
  | 'address-changed'
  | 'deactivated'
  | 'signed-out-everywhere';

type Handler<K extends keyof DomainEvents> = (event: DomainEvents[K]) => void | Promise<void>;

export interface EventBus {
  emit<K extends keyof DomainEvents>(name: K, event: DomainEvents[K]): Promise<void>;
  on<K extends keyof DomainEvents>(name: K, handler: Handler<K>): void;
}

/** Handlers run one after the other in the order of subscription; the first failure is thrown to the emitter. */
export function createEventBus(): EventBus {
  const handlers = new Map<keyof DomainEvents, Handler<never>[]>();
  return {
    async emit(name, event) {
      for (const handler of handlers.get(name) ?? []) await handler(event as never);
    },
    on(name, handler) {
      handlers.set(name, [...(handlers.get(name) ?? []), handler as Handler<never>]);
    },
  };
}
