import { randomUUID } from 'node:crypto';
import { createAccounts } from '#accounts';
import type { AuditFacts } from '#audit';
import { createClients, createResources } from '#clients';
import { type Company, createCompanies, createIdentifiers, settingsSchema } from '#companies';
import {
  type Clock,
  createEventBus,
  createSecretBox,
  type DomainEvents,
  silentLog,
  systemRandomness,
} from '#kernel';
import { createStorage, type Emission } from '#storage';
import { createSqliteEngine } from '../../src/storage/sqlite/index.ts';
import { createCutStorage } from './cut-storage.ts';

export interface ManualClock extends Clock {
  set(instant: number | string): void;
}

export function manualClock(start = '2026-11-22T12:00:00Z'): ManualClock {
  let now = Date.parse(start);
  return {
    now: () => now,
    set(instant) {
      now = typeof instant === 'string' ? Date.parse(instant) : instant;
    },
  };
}

/** As the features make them. */
export const emission = (topic: string) => (payload: object) => ({
  id: randomUUID(),
  topic,
  payload: { ...payload },
});

type Recorded = { [K in keyof DomainEvents]: { name: K; event: DomainEvents[K] } }[keyof DomainEvents];

/** People, companies and clients over real storage in memory; what they emit is kept for the test to look at. */
export function createDirectory(options: { clock?: ManualClock; dataDir?: string } = {}) {
  const clock = options.clock ?? manualClock();
  const secretBox = createSecretBox(['directory-test-key-directory-test-key']);
  const engine = createSqliteEngine({ dataDir: options.dataDir ?? ':memory:', clock, log: silentLog });
  const { storage, power } = createCutStorage(createStorage(engine, { clock, secretBox, log: silentLog }));
  const events = createEventBus();
  const heard: Recorded[] = [];
  events.on('account.epoch-raised', (event) => void heard.push({ name: 'account.epoch-raised', event }));

  const recorded: AuditFacts[] = [];
  const audit = {
    emission: emission('audit'),
    record: async (event: AuditFacts) => void recorded.push(event),
  };
  const messages = { emission: emission('job') };
  const parts = { storage, clock, randomness: systemRandomness, events, audit, messages };
  const accounts = createAccounts(parts);
  const companies = createCompanies(parts);
  return {
    clock,
    storage,
    power,
    secretBox,
    events,
    heard,
    /** Events that came alone. */
    recorded,
    accounts,
    companies,
    identifiers: createIdentifiers(accounts, companies),
    clients: createClients(parts),
    resources: createResources(parts),
    /** What was to happen with the writes so far, oldest first. */
    async emitted(): Promise<Emission[]> {
      const found: Emission[] = [];
      await storage.drainEmissions(async (one) => void found.push(one));
      return found;
    },
  };
}

export type Directory = ReturnType<typeof createDirectory>;

export function company(id: string, settings: object = {}): Company {
  return {
    id,
    name: `${id} Ltd`,
    country: 'US',
    settings: settingsSchema.parse(settings),
    createdAt: 1,
    updatedAt: 1,
  };
}
