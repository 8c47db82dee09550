import type { Server } from 'node:http';

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

/** What Node's parser gives up on, by its error code. */
function statusOf(code: string | undefined): number {
  if (code === 'HPE_HEADER_OVERFLOW') return 431;
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
}

/**
 * A request that never reaches the middleware (cookies beyond 16 KiB, half a request, no HTTP) gets the static page instead of a
 * bare closed connection (W5, O2, O3).
 */
export function answerUnreadableRequests(server: Server, page: (status: number) => string): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const status = statusOf(error.code);
    const body = Buffer.from(page(status));
    socket.end(
      [
        `HTTP/1.1 ${status} ${REASONS[status]}`,
        'Content-Type: text/html; charset=utf-8',
        `Content-Length: ${body.length}`,
        'Cache-Control: no-store',
        "Content-Security-Policy: default-src 'none'; style-src 'self'; frame-ancestors 'none'",
        'X-Content-Type-Options: nosniff',
        'Referrer-Policy: no-referrer',
        'Connection: close',
        '',
        body.toString(),
      ].join('\r\n'),
    );
  });
}
