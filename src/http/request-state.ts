import type { Locale } from '#i18n';
import type { RequestOrigin } from '#kernel';
import type { HttpState, Site } from './http-context.ts';

interface Known {
  site: Site;
  correlationId: string;
  origin: RequestOrigin;
  /** Asked once, and only for an answer that has a language: programs get none. */
  negotiate(): Locale;
}

/** What is known of one request. */
export class RequestState implements HttpState {
  readonly site: Site;
  readonly correlationId: string;
  readonly origin: RequestOrigin;
  route?: string;
  newBrowserId?: string;
  readonly #negotiate: () => Locale;
  #locale: Locale | undefined;

  constructor({ site, correlationId, origin, negotiate }: Known) {
    this.site = site;
    this.correlationId = correlationId;
    this.origin = origin;
    this.#negotiate = negotiate;
  }

  get locale(): Locale {
    this.#locale ??= this.#negotiate();
    return this.#locale;
  }

  set locale(locale: Locale) {
    this.#locale = locale;
  }
}
