/** A message could not be handed over; another try may mend it. */
export class DeliveryFailure extends Error {
  /** Mail or SMS, by what and to which server, and the codes of what went wrong: never credentials, content or recipient. */
  readonly code: string;

  constructor(to: string, codes: readonly unknown[]) {
    const code = [to, ...codes.filter((one) => typeof one === 'string' || typeof one === 'number')].join(' ');
    super(`could not be handed over: ${code}`);
    this.name = 'DeliveryFailure';
    this.code = code;
  }
}
