import { localPath } from '#http';
import { pathOf } from '../../src/http/front-door.ts';

describe('where a request goes', () => {
  it.each([
    ['/token', '/token'],
    ['/auth?client_id=a/b', '/auth'],
    ['http://any.example/token?x', '/token'],
    ['*', ''],
  ])('the path of %s is %s', (target, path) => expect(pathOf(target)).toBe(path));
});

it('X16 keeps every local path on our origin', () => {
  expect(localPath('/profile?tab=1#top')).toBe('/profile?tab=1#top');
  const elsewhere = [
    '//evil.example',
    '/\\evil.example',
    '\\evil',
    'javascript:alert(1)',
    'https://evil.example',
    '',
    '/a\nb',
    '/a\\b',
  ];
  for (const path of elsewhere) expect(localPath(path)).toBe('/');
});
