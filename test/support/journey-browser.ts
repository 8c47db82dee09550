import { type HTMLElement, parse } from 'node-html-parser';
import { CookieJar } from 'tough-cookie';

/** A person's browser without script: a cookie jar, redirects, meta refresh, and forms filled by their labels. */
export class JourneyBrowser {
  readonly jar = new CookieJar();
  readonly #homes: readonly string[];
  readonly #headers: Record<string, string>;
  readonly #send: typeof fetch;
  #url = new URL('about:blank');
  #status = 0;
  #answerHeaders: Headers = new Headers();
  #html = '';
  #page: HTMLElement = parse('');
  #filled = new Map<string, string>();
  /** Every answer, for scans of what was sent out. */
  readonly transcript: string[] = [];

  /**
   * `homes`: origins that are really visited; a move anywhere else ends the journey there, as at a relying party.
   * `send` stands between the browser and the network.
   */
  constructor(homes: readonly string[], headers: Record<string, string> = {}, send: typeof fetch = fetch) {
    this.#homes = homes;
    this.#send = send;
    this.#headers = { 'accept-language': 'en', ...headers };
  }

  get url(): URL {
    return this.#url;
  }
  get status(): number {
    return this.#status;
  }
  /** Of the last answer. */
  get headers(): Headers {
    return this.#answerHeaders;
  }
  get html(): string {
    return this.#html;
  }
  /** The one `<h1>`. */
  get title(): string {
    return clean(this.#page.querySelector('h1')?.textContent);
  }
  get text(): string {
    return clean(this.#page.querySelector('body')?.textContent);
  }
  get alerts(): string[] {
    return this.#page.querySelectorAll('[role="alert"]').map((node) => clean(node.textContent));
  }
  /** The address where the browser left for an origin that is not one of its homes. */
  get arrivedAt(): URL | undefined {
    return this.#homes.includes(this.#url.origin) ? undefined : this.#url;
  }

  async open(url: string | URL): Promise<this> {
    return this.#go(new URL(url, this.#url), { method: 'GET' });
  }

  fill(label: string, value: string): this {
    this.#filled.set(this.#fieldOf(label), value);
    return this;
  }

  /** Ticks a box or picks a radio button by its label. */
  choose(label: string): this {
    const input = this.#inputOf(label);
    this.#filled.set(input.getAttribute('name') ?? '', input.getAttribute('value') ?? 'on');
    return this;
  }

  /** Presses a button by its text and follows where it leads. */
  async press(text: string): Promise<this> {
    const button = this.#page
      .querySelectorAll('button, input[type=submit]')
      .find((node) => clean(node.textContent) === text);
    if (!button)
      throw new Error(
        `no button "${text}" on "${this.title}" (${this.#url.href}): ${this.text.slice(0, 400)}`,
      );
    let form: HTMLElement | null = button;
    while (form && form.tagName !== 'FORM') form = form.parentNode as HTMLElement | null;
    if (!form) throw new Error(`button "${text}" stands in no form`);
    const fields = new URLSearchParams();
    for (const input of form.querySelectorAll('input, select, textarea')) this.#collect(input, fields);
    const name = button.getAttribute('name');
    if (name) fields.append(name, button.getAttribute('value') ?? '');
    const action = button.getAttribute('formaction') ?? form.getAttribute('action') ?? '';
    const target = new URL(decode(action), this.#url);
    const formAction = this.#formAction();
    return this.#go(target, { method: 'POST', body: fields, formAction });
  }

  /** Sends a form that no page showed; `headers` add to or replace the browser's own. */
  async post(
    url: string | URL,
    fields: Record<string, string> | string,
    headers: Record<string, string> = {},
  ): Promise<this> {
    const formAction = this.#formAction();
    const body = new URLSearchParams(fields);
    return this.#go(new URL(url, this.#url), { method: 'POST', body, headers, formAction });
  }

  /** Action and fields of the page's form as they stand in it, to be sent later or changed. */
  form(): { action: URL; fields: Record<string, string> } {
    const form = this.#page.querySelector('form');
    if (!form) throw new Error(`no form on "${this.title}" (${this.#url.href})`);
    const fields = new URLSearchParams();
    for (const input of form.querySelectorAll('input, select, textarea')) this.#collect(input, fields);
    return {
      action: new URL(decode(form.getAttribute('action') ?? ''), this.#url),
      fields: Object.fromEntries(fields),
    };
  }

  async follow(text: string): Promise<this> {
    const link = this.#page.querySelectorAll('a').find((node) => clean(node.textContent) === text);
    if (!link) throw new Error(`no link "${text}" on "${this.title}": ${this.text.slice(0, 400)}`);
    return this.open(new URL(decode(link.getAttribute('href') ?? ''), this.#url));
  }

  has(selector: string): boolean {
    return this.#page.querySelector(selector) !== null;
  }

  find(selector: string): HTMLElement | null {
    return this.#page.querySelector(selector);
  }

  hasLabel(label: string): boolean {
    return this.#labels(label).length > 0;
  }

  buttons(): string[] {
    return this.#page.querySelectorAll('button').map((node) => clean(node.textContent));
  }

  links(): string[] {
    return this.#page.querySelectorAll('a').map((node) => clean(node.textContent));
  }

  #collect(input: HTMLElement, fields: URLSearchParams): void {
    const name = input.getAttribute('name');
    if (!name) return;
    const type = input.getAttribute('type');
    const filled = this.#filled.get(name);
    if (type === 'checkbox' || type === 'radio') {
      const value = input.getAttribute('value') ?? 'on';
      const chosen = filled === undefined ? input.hasAttribute('checked') : filled === value;
      if (chosen) fields.append(name, value);
      return;
    }
    const options = input.querySelectorAll('option');
    const standing = options.find((option) => option.hasAttribute('selected')) ?? options[0] ?? input;
    fields.append(name, filled ?? decode(standing.getAttribute('value') ?? ''));
  }

  #labels(label: string): HTMLElement[] {
    return this.#page.querySelectorAll('label').filter((node) => labelText(node) === label);
  }

  #inputOf(label: string): HTMLElement {
    const [found] = this.#labels(label);
    if (!found) {
      const all = this.#page.querySelectorAll('label').map(labelText);
      throw new Error(
        `no label "${label}" on "${this.title}" (${this.#url.href}); there are: ${all.join(' | ')}`,
      );
    }
    const id = found.getAttribute('for');
    const input = id ? this.#page.querySelector(`[id="${id}"]`) : found.querySelector('input, select');
    if (!input) throw new Error(`label "${label}" has no field`);
    return input;
  }

  #fieldOf(label: string): string {
    return this.#inputOf(label).getAttribute('name') ?? '';
  }

  /** The origins to which the page's policy lets its forms lead; undefined: anywhere. */
  #formAction(): string[] | undefined {
    const sources = /form-action ([^;]*)/.exec(this.#answerHeaders.get('content-security-policy') ?? '')?.[1];
    return sources?.split(' ').map((source) => (source === "'self'" ? this.#url.origin : source));
  }

  async #go(target: URL, request: JourneyRequest): Promise<this> {
    let url = target;
    let { method, body, headers, formAction } = request;
    for (let hop = 0; hop < 20; hop++) {
      // As Chromium does, for the form itself and for every redirect that answers it.
      if (formAction && !formAction.includes(url.origin))
        throw new Error(`form-action blocks the way to ${url.href} from "${this.title}"`);
      if (!this.#homes.includes(url.origin)) return this.#arrive(url);
      const response = await this.#fetch(url, { method, body, headers });
      this.#status = response.status;
      this.#answerHeaders = response.headers;
      const location = response.headers.get('location');
      if (location && response.status >= 300 && response.status < 400) {
        await response.arrayBuffer();
        url = new URL(location, url);
        if (response.status !== 307 && response.status !== 308)
          [method, body, headers] = ['GET', undefined, undefined];
        continue;
      }
      await this.#show(url, response);
      formAction = undefined;
      const refresh = this.#page.querySelector('meta[http-equiv="refresh"]')?.getAttribute('content');
      const next = refresh && /url=(.*)$/i.exec(decode(refresh))?.[1];
      if (!next) return this;
      url = new URL(next, url);
      [method, body, headers] = ['GET', undefined, undefined];
    }
    throw new Error(`more than 20 hops, the last at ${url.href}`);
  }

  async #fetch(url: URL, { method, body, headers }: JourneyRequest): Promise<Response> {
    const response = await this.#send(url, {
      method,
      redirect: 'manual',
      headers: {
        accept: 'text/html',
        ...this.#headers,
        cookie: await this.jar.getCookieString(url.href),
        ...(method === 'POST' ? { origin: this.#url.origin === 'null' ? url.origin : this.#url.origin } : {}),
        ...headers,
      },
      ...(body ? { body } : {}),
    });
    for (const cookie of response.headers.getSetCookie()) {
      // The jar counts a life in seconds by the real clock, which tests leave; `expires` says the same.
      const line = /; ?expires=/i.test(cookie) ? cookie.replace(/; ?max-age=\d+/i, '') : cookie;
      await this.jar.setCookie(line, url.href, { ignoreError: true });
    }
    return response;
  }

  async #show(url: URL, response: Response): Promise<void> {
    this.#url = url;
    this.#html = await response.text();
    this.#page = parse(this.#html);
    this.#filled = new Map();
    this.transcript.push(this.#html);
  }

  #arrive(url: URL): this {
    this.#url = url;
    this.#html = '';
    this.#page = parse('');
    return this;
  }
}

interface JourneyRequest {
  method: string;
  body?: URLSearchParams | undefined;
  /** For the first hop only. */
  headers?: Record<string, string> | undefined;
  /** Where a form may lead, redirects included. */
  formAction?: string[] | undefined;
}

function labelText(node: HTMLElement): string {
  return clean(node.textContent);
}

const clean = (text: string | undefined): string =>
  decode(text ?? '')
    .replace(/\s+/g, ' ')
    .trim();

const ENTITIES: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  '#x27': "'",
  '#x2F': '/',
  nbsp: ' ',
};

function decode(text: string): string {
  return text.replace(/&(#?\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}
