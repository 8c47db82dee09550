/** Where a request comes from; travels with every use case. */
export interface RequestOrigin {
  ip?: string;
  correlationId?: string;
  userAgent?: string;
}
