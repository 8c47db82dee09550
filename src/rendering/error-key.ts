import type { Texts } from '#i18n';

const BY_STATUS: Readonly<Record<number, string>> = {
  400: 'bad-request',
  403: 'permission-denied',
  404: 'not-found',
  405: 'method-not-allowed',
  408: 'request-timeout',
  413: 'payload-too-large',
  415: 'unsupported-media-type',
  421: 'misdirected-host',
  422: 'unprocessable',
  429: 'too-many-requests',
  503: 'heavy-load',
};

/** The code of an error that is known by its HTTP status alone. */
export function codeOfStatus(status: number): string {
  return BY_STATUS[status] ?? (status < 500 ? 'bad-request' : 'internal');
}

/** The key under which `.title`, `.text` and perhaps `.advice` of an error stand. */
export function errorKey(texts: Texts, { code, status }: { code: string; status: number }): string {
  const family = `${code.split('.')[0]}.error`;
  const known = [code, family].find((candidate) => texts.has(`errors:${candidate}.title`));
  if (known !== undefined) return `errors:${known}`;
  return `errors:${codeOfStatus(status)}`;
}
