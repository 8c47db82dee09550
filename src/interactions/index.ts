/**
 * interactions: the log-in journey: one table of steps, one dispatcher, one folder a step.
 * Owns progress and proofs of a log-in under way, and when it is finished.
 * Leaves checking of credentials to credentials and federation, sessions and tokens to oidc.
 */
import type { Clients } from '#clients';
import type { Limiter, Route } from '#http';
import type { Clock } from '#kernel';
import type { AuthorizationServer } from '#oidc';
import type { KnownDevices, TrustedDevices } from '#sessions';
import type { Storage } from '#storage';
import { createDispatcher } from './dispatcher.ts';
import { createFederationAnswers } from './federation-answers.ts';
import { federationRoutes } from './federation-routes.ts';
import { interactionRoutes } from './interaction-routes.ts';
import { createProgressStore } from './progress-store.ts';
import type { Services } from './services.ts';
import { createSteps } from './steps.ts';

export { browserOf, interactionIn, interactionPath } from './interaction-routes.ts';
export { JOURNEYS } from './journeys.ts';
export type { StepName } from './step-name.ts';

export interface InteractionsParts {
  services: Services;
  server: Pick<AuthorizationServer, 'pending' | 'finish' | 'restart' | 'clientOf'>;
  clients: Pick<Clients, 'byId'>;
  storage: Storage;
  clock: Clock;
  issuer: string;
  knownDevices: KnownDevices;
  trustedDevices: TrustedDevices;
  loginsPerMinute: number;
  limiter: Limiter;
  departuresPerMinute: number;
}

/** Declares its collections: to be called before the storage is opened. */
export function createInteractions(parts: InteractionsParts): { routes: Route[] } {
  const { services, server, storage, clock, issuer } = parts;
  const progressStore = createProgressStore({ storage, clock });
  const answers = createFederationAnswers({ storage, clock });
  const steps = createSteps(services);
  const dispatcher = createDispatcher({ services, steps, progressStore, answers, server });
  return {
    routes: [
      ...interactionRoutes({ ...parts, dispatcher, steps }),
      ...federationRoutes({ ...services, issuer, answers, clock }),
    ],
  };
}
