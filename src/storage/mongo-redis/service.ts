import { AppError } from '#kernel';
import { storageUnavailable } from '../errors.ts';

/** One of the two servers, for messages: kind and address, without credentials. */
export interface Service {
  name: string;
  /** Longer than this no request waits. */
  answerMs: number;
  /** Runs one request against the server. @throws AppError 'storage.unavailable' on every failure and after `answerMs` */
  ask<R>(request: () => Promise<R>): Promise<R>;
}

export function createService(kind: string, url: string, answerMs: number): Service {
  const name = `${kind} at ${addressOf(url)}`;
  return {
    name,
    answerMs,
    ask: <R>(request: () => Promise<R>) =>
      new Promise<R>((resolve, reject) => {
        const fail = (error: unknown) => {
          clearTimeout(silence);
          const isOurs = error instanceof AppError || error instanceof TypeError;
          reject(isOurs ? error : storageUnavailable(name, error));
        };
        const silence = setTimeout(() => fail(new Error(`no answer within ${answerMs} ms`)), answerMs);
        const answered = (answer: R) => {
          clearTimeout(silence);
          resolve(answer);
        };
        try {
          request().then(answered, fail);
        } catch (error) {
          fail(error);
        }
      }),
  };
}

/** Hosts and ports of a connection string; nothing before an `@`, no path, no options. */
function addressOf(url: string): string {
  const authority = /^[a-z+]+:\/\/([^/?#]*)/i.exec(url)?.[1] ?? '';
  return authority.slice(authority.lastIndexOf('@') + 1) || 'an unreadable address';
}
