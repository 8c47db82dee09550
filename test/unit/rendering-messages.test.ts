import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'node-html-parser';
import { LOCALES } from '#i18n';
import { createAssets, fitsOneSms, formatDate, formatInstant, type MessageKind } from '#rendering';
import { messageSamples, smsSamples } from '../support/message-samples.ts';
import { brand, renderer, viewsDir } from '../support/renderer.ts';

const kinds = Object.keys(messageSamples) as MessageKind[];
const messages = LOCALES.flatMap((locale) =>
  kinds.map((kind) => ({ kind, locale, ...renderer.message(kind, messageSamples[kind], locale) })),
);

describe('messages', () => {
  it('have subject, text and HTML for every kind', () => {
    expect(readdirSync(join(viewsDir, 'messages')).sort()).toEqual([...kinds].sort());
    for (const kind of kinds)
      expect(readdirSync(join(viewsDir, 'messages', kind)).sort()).toEqual([
        'html.eta',
        'subject.eta',
        'text.eta',
      ]);
  });

  it.each(
    messages,
  )('$kind in $locale is complete, on one subject line, with no six-digit number but a code', (message) => {
    expect(message.subject).toMatch(/^\S.*\S$/);
    const { kind, locale, subject, text, html } = message;
    const codes = kind === 'verification-code' ? ['482913'] : [];
    expect(parse(html).querySelector('html')?.getAttribute('lang')).toBe(locale);
    for (const part of [subject, text, html]) {
      expect(part).not.toMatch(/undefined|\[object|NaN|\{\{|messages:/);
      // A code is no part of the subject, which lies open on a locked screen.
      expect(part.match(/(?<![#\d])\d{6}\b/g) ?? []).toEqual(part === subject ? [] : codes);
      expect(part.trim()).not.toBe('');
    }
    expect(text).not.toMatch(/&(amp|quot|#39|lt);|\n{3}/);
  });

  it('D4 put the link alone on its line', () => {
    for (const kind of ['password-reset', 'account-locked'] as const)
      for (const locale of LOCALES)
        expect(renderer.message(kind, messageSamples[kind], locale).text.split('\n')).toContain(
          'https://login.example/reset-password?token=abc',
        );
  });

  it('D8 D9 D10 send people with single sign-on to their IT team, without any link', () => {
    const { text, html } = renderer.message('password-reset-sso', messageSamples['password-reset-sso'], 'en');
    expect(text).toContain('Acme Builders uses Single Sign-On (SSO): you log in with Acme Okta');
    expect(text).toContain('internal IT team: it@acme.example');
    expect(text).toContain('Ask your Company Administrator.');
    expect(text + html).not.toContain('http');
  });

  it('D9 name no provider that has no name of its own', () => {
    const { idpName: _, ...unnamed } = messageSamples['password-reset-sso'];
    const told = {
      en: 'Acme Builders uses Single Sign-On (SSO): your password is managed by your company',
      fr: 'Acme Builders utilise l’authentification unique (SSO)\u00a0: votre mot de passe est géré par votre entreprise',
    };
    for (const locale of LOCALES) {
      const { text, html } = renderer.message('password-reset-sso', unnamed, locale);
      for (const part of [text, parse(html).text]) {
        expect(part).toContain(told[locale]);
        expect(part).not.toMatch(/you log in with|vous vous connectez avec|undefined/);
      }
    }
  });

  it.each(LOCALES)('G31 a code to set codes up speaks of no log-in that was tried, in %s', (locale) => {
    const said = {
      en: 'If you are not setting up codes by email',
      fr: 'Si vous ne configurez pas les codes par e-mail',
    };
    const sample = messageSamples['verification-code'];
    const forLogIn = renderer.message('verification-code', sample, locale);
    const forSetUp = renderer.message('verification-code', { ...sample, setUp: true }, locale);
    for (const [logIn, setUp] of [
      [forLogIn.text, forSetUp.text],
      [parse(forLogIn.html).text, parse(forSetUp.html).text],
    ]) {
      expect(setUp).toContain(said[locale]);
      expect(setUp).not.toMatch(/try to log in|essayé de vous connecter/);
      expect(logIn).toMatch(/try to log in|essayé de vous connecter/);
      expect(logIn).not.toContain(said[locale]);
    }
  });

  it('X29 a mail about codes that was queued before reasons were told is about wrong ones', () => {
    const { reason: _, ...queued } = messageSamples['codes-tried'];
    const { text, html } = renderer.message('codes-tried', queued, 'en');
    for (const part of [text, html]) {
      expect(part).toContain('Too many wrong verification codes were entered');
      expect(part).not.toMatch(/undefined|messages:/);
    }
  });

  it('B11 D6 name the new address, and the time of a change in words', () => {
    expect(renderer.message('retired-address', { newAddress: 'new@acme.example' }, 'en').text).toContain(
      'log in with new@acme.example instead',
    );
    const at = formatInstant(Date.parse('2026-11-22T17:02:00Z'), 'fr');
    const changed = renderer.message('password-changed', { name: 'Ada', at }, 'fr').text;
    expect(changed).toMatch(/22 novembre 2026 à 17:02 UTC/);
  });

  it('X21 cannot be forged by a name: no line breaks, no markup', () => {
    const name = 'Ada\r\nBcc: all@x.example\u2028https://evil.example\n<b>&"';
    const { subject, text, html } = renderer.message(
      'session-revoked',
      { name, at: 'now', clientName: name },
      'en',
    );
    expect(subject).not.toMatch(/[\r\n\u2028]/);
    expect(text.split('\n').some((line) => line.startsWith('https:') || line.startsWith('Bcc'))).toBe(false);
    expect(text).toContain('<b>&"');
    expect(parse(html).querySelectorAll('b')).toHaveLength(0);
  });
});

describe('dates', () => {
  it('are written in the language and zone asked for', () => {
    const at = Date.parse('2026-12-01T03:30:00Z');
    expect(formatDate(at, 'en', 'America/New_York')).toBe('November 30, 2026');
    expect(formatDate(at, 'fr', 'Europe/Paris')).toBe('1er décembre 2026');
    expect(formatDate(at + 10 * 86_400_000, 'fr', 'Europe/Paris')).toBe('11 décembre 2026');
    expect(formatInstant(at, 'fr', 'Europe/Paris')).toMatch(/^1er décembre 2026 à /);
    expect(formatInstant(at, 'en', 'America/New_York')).toMatch(/November 30, 2026.*10:30.PM.EST/);
  });
});

describe('assets', () => {
  const assets = createAssets({ brand, viewsDir });

  it('come with type and entity tag, and link nowhere else', () => {
    expect([...assets.keys()].sort()).toEqual([
      '/assets/brand.css',
      '/assets/gatehouse.css',
      '/assets/gatehouse.js',
      '/assets/icon.svg',
      '/assets/pico.min.css',
    ]);
    for (const { body, type, etag } of assets.values()) {
      expect(type).toMatch(/; charset=utf-8$/);
      expect(etag).toMatch(/^"[\w-]{22}"$/);
      expect(body.toString()).not.toMatch(/url\(["']?http|@import|@charset/);
    }
  });

  it('hold every part of the style sheet', () => {
    const sheet = assets.get('/assets/gatehouse.css')?.body.toString();
    const folder = join(viewsDir, 'assets/styles');
    for (const part of readdirSync(folder)) expect(sheet).toContain(readFileSync(join(folder, part), 'utf8'));
  });

  it.each([
    '#2747d8',
    '#ffe000',
    '#000000',
    '#ffffff',
    '#e23a3a',
  ])('makes %s readable in light and dark', (primaryColor) => {
    const css =
      createAssets({ brand: { ...brand, primaryColor }, viewsDir })
        .get('/assets/brand.css')
        ?.body.toString() ?? '';
    const [light = '', dark = ''] = css.split('@media');
    expect(contrast(value(light, '--pico-primary'), '#ffffff')).toBeGreaterThanOrEqual(4.5);
    expect(contrast(value(dark, '--pico-primary'), '#161b26')).toBeGreaterThanOrEqual(4.5);
    for (const scheme of [light, dark])
      for (const ground of ['--pico-primary-background', '--pico-primary-hover-background'])
        expect(
          contrast(value(scheme, '--pico-primary-inverse'), value(scheme, ground)),
        ).toBeGreaterThanOrEqual(4.5);
  });

  it('refuse a brand colour that is none', () => {
    expect(() => createAssets({ brand: { ...brand, primaryColor: 'red;}' }, viewsDir })).toThrow(
      'config.invalid',
    );
  });
});

function value(css: string, name: string): string {
  return new RegExp(`${name}: (#[0-9a-f]{6})`).exec(css)?.[1] ?? '';
}

function contrast(left: string, right: string): number {
  const luminance = (color: string) =>
    [1, 3, 5]
      .map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255)
      .map((share) => (share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4))
      .reduce((sum, share, index) => sum + share * ([0.2126, 0.7152, 0.0722][index] ?? 0), 0);
  const [high = 0, low = 0] = [luminance(left), luminance(right)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

describe('text messages', () => {
  it.each(
    LOCALES,
  )('G8 G12 in %s fit one message: code, warning, and the line that binds the code to our host', (locale) => {
    for (const minutes of [10, 30]) {
      const text = renderer.sms('verification-code', { ...smsSamples['verification-code'], minutes }, locale);
      expect([text, fitsOneSms(text)]).toEqual([text, true]);
      expect(text.split('\n').at(-1)).toBe('@login.example #482913');
      expect([...new Set(text.match(/\d{6}/g))]).toEqual(['482913']);
      expect(text).toMatch(locale === 'en' ? /Never share it/ : /Ne le communiquez à personne/);
      expect(text).toContain(`${minutes} minutes`);
    }
  });
});
