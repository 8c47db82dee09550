export interface FactorStatus {
  enrolled: boolean;
  enrolledAt?: number;
  lastUsedAt?: number;
  /** Rises with every enrolment and removal and never comes back; 0 before the first. */
  version: number;
}
