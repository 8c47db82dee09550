import { AppError, SECOND } from '#kernel';
import type { Middleware } from './http-context.ts';

/** Answers 408 when nothing has answered in time, a slow upload included (O3). The work goes on; its answer is dropped. */
export function limitDuration(seconds: number): Middleware {
  return async (_ctx, next) => {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new AppError('request-timeout', 408)), seconds * SECOND);
    });
    try {
      await Promise.race([next(), tooLate]);
    } finally {
      clearTimeout(timer);
    }
  };
}
