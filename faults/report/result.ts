import type { Finding } from '../checker/finding.ts';
import type { FaultFigures } from '../checker/recovery.ts';

export interface ScenarioResult {
  id: string;
  title: string;
  seconds: number;
  counts: Record<string, number>;
  faults: FaultFigures[];
  findings: Finding[];
}

export interface FaultsResult {
  startedAt: string;
  form: 'short' | 'full';
  seed: number;
  machine: { cores: number; node: string };
  scenarios: ScenarioResult[];
  /** What this run could not show, and why. */
  leftOut: string[];
}
