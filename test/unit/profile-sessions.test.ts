import { deviceName } from '../../src/self-service/profile/device-name.ts';
import { FRESH_MS, missingProofs } from '../../src/sessions/signed-in.ts';

const NOW = 10 * FRESH_MS;
const signIn = (factorAt?: number) =>
  ({ ...(factorAt !== undefined && { factor: { kind: 'totp', at: factorAt / 1000 } }) }) as never;

describe('what a page still wants proven', () => {
  const both = { primary: true, factor: true };
  it.each([
    ['nothing was proven', undefined, undefined, 'factor', both],
    ['both just now', NOW - 1000, NOW - 1000, 'factor', {}],
    ['the password five minutes ago', NOW - FRESH_MS, NOW, 'factor', { primary: true }],
    ['the factor five minutes ago', NOW, NOW - FRESH_MS, 'factor', { factor: true }],
    ['there is no factor', NOW, undefined, 'none', {}],
  ] as const)('X34 %s', (_story, primaryAt, factorAt, proof, missing) => {
    expect(missingProofs(both, { primaryAt, signIn: signIn(factorAt) }, { now: NOW, proof })).toEqual(
      missing,
    );
  });

  it('E3 W3 asks for the identity provider where a page wants a factor and that is whom to ask', () => {
    const just = { primaryAt: NOW, signIn: signIn() };
    const former = { primaryAt: NOW - FRESH_MS, signIn: signIn(NOW) };
    const ask = (person: typeof just) =>
      missingProofs({ factor: true }, person, { now: NOW, proof: 'identity-provider' });
    expect([ask(just), ask(former)]).toEqual([{}, { primary: true }]);
  });

  it('asks for nothing that the page does not want', () => {
    const nothing = { primaryAt: undefined, signIn: signIn() };
    expect(missingProofs({}, nothing, { now: NOW, proof: 'factor' })).toEqual({});
  });
});

describe('names of devices', () => {
  const windows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)';
  it.each([
    [`${windows} Chrome/126.0 Safari/537.36`, { browser: 'Chrome', system: 'Windows' }],
    [`${windows} Chrome/126.0 Safari/537.36 Edg/126.0`, { browser: 'Edge', system: 'Windows' }],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
      { browser: 'Safari', system: 'iPhone' },
    ],
    [
      'Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0',
      { browser: 'Firefox', system: 'Linux' },
    ],
    ['curl/8.5.0', {}],
    [undefined, {}],
  ])('%s', (userAgent, name) => {
    expect(deviceName(userAgent)).toEqual(name);
  });
});
