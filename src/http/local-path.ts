/** `path` when it stays on our origin, otherwise "/" (X16): no scheme, no `//host`, no backslash, no control characters. */
export function localPath(path: string): string {
  return /^\/(?![/\\])[^\\\p{Cc}]*$/u.test(path) ? path : '/';
}
