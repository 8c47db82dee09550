interface NewSession {
  sessionId: string;
  capabilities: { browserVersion: string };
}

/** A session of the W3C WebDriver protocol: each command is one request, taken in order. */
export class WebDriverSession {
  readonly #url: string;
  #last: Promise<unknown> = Promise.resolve();

  readonly browserVersion: string;

  private constructor(url: string, browserVersion: string) {
    this.#url = url;
    this.browserVersion = browserVersion;
  }

  /** @throws Error with the driver's own message when the browser can't be started */
  static async open(driverUrl: string, capabilities: object): Promise<WebDriverSession> {
    const body = { capabilities: { alwaysMatch: capabilities } };
    const opened = await request<NewSession>('POST', `${driverUrl}/session`, body);
    const { sessionId, capabilities: granted } = opened;
    return new WebDriverSession(`${driverUrl}/session/${sessionId}`, granted.browserVersion);
  }

  /** `path` as in the protocol's table of endpoints, such as `/url`. */
  send<T = unknown>(path: string, body: object = {}): Promise<T> {
    return this.#inOrder(() => request<T>('POST', `${this.#url}${path}`, body));
  }

  /** The value of an expression in the page. */
  evaluate<T>(expression: string): Promise<T> {
    return this.send<T>('/execute/sync', { script: `return (${expression})`, args: [] }).catch((error) => {
      throw new Error(`${error.message} (${expression.slice(0, 200)})`, { cause: error });
    });
  }

  close(): Promise<unknown> {
    return this.#inOrder(() => request('DELETE', this.#url));
  }

  #inOrder<T>(command: () => Promise<T>): Promise<T> {
    const answer = this.#last.then(command);
    this.#last = answer.catch(() => {});
    return answer;
  }
}

async function request<T>(method: string, url: string, body?: object): Promise<T> {
  const answer = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) });
  const { value } = (await answer.json()) as { value: T & { error?: string; message?: string } };
  if (!answer.ok) throw new Error(`${value.error}: ${value.message}`);
  return value;
}
