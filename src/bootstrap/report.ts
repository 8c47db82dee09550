/** What an application of the file did; entries are named `company acme`, `account ada@other.example`, … */
export interface BootstrapReport {
  created: string[];
  updated: string[];
  unchanged: string[];
  /** What is no longer as the file says, and was left so. */
  differences: { entry: string; field: string }[];
}

export function emptyReport(): BootstrapReport {
  return { created: [], updated: [], unchanged: [], differences: [] };
}
