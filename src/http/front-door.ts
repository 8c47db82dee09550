import type { IncomingMessage, ServerResponse } from 'node:http';
import Koa from 'koa';
import type { HttpState } from './http-context.ts';

/** Another Koa that answers some paths: a request passes one Koa, not two of them, one in the other. */
export interface Delegate {
  owns(path: string): boolean;
  handle(req: IncomingMessage, res: ServerResponse): Promise<void>;
}

/** Our Koa, which hands the paths of a delegate over before it has done anything itself. */
export class FrontDoor extends Koa<HttpState> {
  #delegate: Delegate | undefined;

  delegate(to: Delegate): void {
    this.#delegate = to;
  }

  override callback(): ReturnType<Koa<HttpState>['callback']> {
    const answer = super.callback();
    const handle = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
      if (!this.#delegate?.owns(pathOf(req.url ?? ''))) return answer(req, res);
      try {
        await this.#delegate.handle(req, res);
      } catch (error) {
        this.emit('error', error);
        if (!res.headersSent) res.writeHead(500).end();
      }
    };
    return handle as ReturnType<Koa<HttpState>['callback']>;
  }
}

/** The path of a request's target; RFC 9112 3.2.2 lets a client send the whole URL. */
export function pathOf(target: string): string {
  if (!target.startsWith('/')) return URL.parse(target)?.pathname ?? '';
  const end = target.indexOf('?');
  return end < 0 ? target : target.slice(0, end);
}
