import type { Pool } from 'undici';

export interface Answer {
  status: number;
  location: string | undefined;
  body: string;
}

interface Cookie {
  name: string;
  value: string;
  path: string;
}

/** A person's browser, as cheap as can be: cookies by path, redirects, meta refresh, and the form with the credentials. */
export class Visitor {
  readonly #pool: Pool;
  readonly #origin: string;
  readonly #cookies = new Map<string, Cookie>();

  constructor(pool: Pool, origin: string) {
    this.#pool = pool;
    this.#origin = origin;
  }

  /** Follows from `path` until the browser is sent to `destination`, giving its credentials where a form asks for them. */
  async travel(
    path: string,
    destination: string,
    credentials?: { email: string; password: string },
  ): Promise<URL> {
    let answer = await this.#send('GET', path);
    for (let hop = 0; hop < 20; hop++) {
      const next = answer.location ?? refreshOf(answer.body);
      if (next?.startsWith(destination)) return new URL(next);
      if (next) {
        answer = await this.#send('GET', new URL(next, this.#origin));
        continue;
      }
      const form = credentialForm(answer.body);
      if (!form || !credentials)
        throw new Error(`no way on (${answer.status}): ${answer.body.slice(0, 2000)}`);
      answer = await this.#send('POST', new URL(form.action, this.#origin), filled(form, credentials));
    }
    throw new Error(`more than 20 hops from ${path}`);
  }

  /** The page that `path` leads to, redirects followed. */
  async open(path: string): Promise<Answer> {
    return this.follow(await this.#send('GET', path));
  }

  /** The page that an answer leads to. */
  async follow(answer: Answer): Promise<Answer> {
    let current = answer;
    for (let hop = 0; hop < 20; hop++) {
      const next = current.location ?? refreshOf(current.body);
      if (!next) return current;
      current = await this.#send('GET', new URL(next, this.#origin));
    }
    throw new Error('more than 20 hops');
  }

  /** Fills in the page's form and sends it; what it is answered is not followed. */
  async submit(page: Answer, typed: { email?: string; password?: string }): Promise<Answer> {
    const form = credentialForm(page.body);
    if (!form) throw new Error(`no form (${page.status}): ${page.body.slice(0, 2000)}`);
    return this.#send('POST', new URL(form.action, this.#origin), filled(form, typed));
  }

  async #send(method: 'GET' | 'POST', url: URL | string, form?: URLSearchParams): Promise<Answer> {
    const path = typeof url === 'string' ? url : url.pathname + url.search;
    const { statusCode, headers, body } = await this.#pool.request({
      method,
      path,
      headers: {
        accept: 'text/html',
        cookie: this.#cookieHeader(path),
        ...(form && { origin: this.#origin, 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(form && { body: form.toString() }),
    });
    for (const line of [headers['set-cookie'] ?? []].flat()) this.#keep(line);
    return {
      status: statusCode,
      location: headers['location'] as string | undefined,
      body: await body.text(),
    };
  }

  #keep(line: string): void {
    const [pair = '', ...attributes] = line.split('; ');
    const [name = '', value = ''] = pair.split(/=(.*)/s);
    const path = attributes.find((one) => one.startsWith('path='))?.slice(5) ?? '/';
    const key = `${name} ${path}`;
    if (value) this.#cookies.set(key, { name, value, path });
    else this.#cookies.delete(key);
  }

  #cookieHeader(path: string): string {
    return [...this.#cookies.values()]
      .filter((cookie) => path.startsWith(cookie.path))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }
}

interface Form {
  action: string;
  inputs: { name: string; type: string; value: string }[];
}

/** The first form that asks for an address or a password. */
export function credentialForm(html: string): Form | undefined {
  for (const [whole] of html.matchAll(/<form\b.*?<\/form>/gs)) {
    const inputs = [...whole.matchAll(/<input\b[^>]*>/g)].map(([tag]) => ({
      name: attribute(tag, 'name'),
      type: attribute(tag, 'type'),
      value: attribute(tag, 'value'),
    }));
    if (inputs.some(({ type }) => type === 'email' || type === 'password'))
      return { action: attribute(/<form[^>]*>/.exec(whole)?.[0] ?? '', 'action'), inputs };
  }
  return undefined;
}

function filled({ inputs }: Form, typed: { email?: string; password?: string }): URLSearchParams {
  const values: Record<string, string> = { ...typed };
  const named = inputs.filter(({ name }) => name !== '');
  return new URLSearchParams(
    named.map(({ name, type, value }): [string, string] => [name, values[type] ?? value]),
  );
}

function refreshOf(html: string): string | undefined {
  const content = /<meta http-equiv="refresh" content="0; ?url=([^"]*)"/i.exec(html)?.[1];
  return content && decoded(content);
}

function attribute(tag: string, name: string): string {
  return decoded(new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? '');
}

const decoded = (text: string) =>
  text.replaceAll('&amp;', '&').replaceAll('&#x2F;', '/').replaceAll('&#x3D;', '=');
