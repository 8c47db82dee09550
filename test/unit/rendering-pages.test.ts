import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type HTMLElement, parse } from 'node-html-parser';
import { LOCALES } from '#i18n';
import { silentLog } from '#kernel';
import { createRenderer, type ViewData, type ViewName } from '#rendering';
import { renderer, texts, viewsDir } from '../support/renderer.ts';
import { viewSamples } from '../support/view-samples.ts';
import { viewStates } from '../support/view-states.ts';

const views = Object.keys(viewSamples) as ViewName[];
const show = <V extends ViewName>(view: V, changes: Partial<ViewData[V]> = {}, locale: 'en' | 'fr' = 'en') =>
  renderer.page(view, { ...viewSamples[view], ...changes }, { locale });
const pages = LOCALES.flatMap((locale) =>
  views.map((view) => ({ locale, view, html: show(view, {}, locale) })),
);

function templateFiles(): string[] {
  return readdirSync(viewsDir, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.eta'));
}

describe('every page', () => {
  it('has a template, and every template of a page has its data', () => {
    const pageTemplates = templateFiles()
      .filter((file) => !/^(layouts|partials|messages|sms)\//.test(file))
      .map((file) => file.replace(/\.eta$/, ''));
    expect(pageTemplates.sort()).toEqual([...views].sort());
  });

  it.each(pages)('P1 $view in $locale has one h1, a title, its language, a main part and no gaps', ({
    locale,
    html,
  }) => {
    const page = parse(html);
    expect(page.querySelectorAll('h1')).toHaveLength(1);
    expect(page.querySelector('title')?.text.trim()).toBeTruthy();
    expect(page.querySelector('html')?.getAttribute('lang')).toBe(locale);
    expect(page.querySelectorAll('main#main')).toHaveLength(1);
    expect(page.querySelector('a.skip')?.getAttribute('href')).toBe('#main');
    expect(html).not.toMatch(/undefined|\[object|NaN|\{\{|interactions:|errors:/);
  });

  it.each(pages)('W21 $view in $locale gives every field a label and plain form fields', ({ html }) => {
    const page = parse(html);
    for (const field of page.querySelectorAll('input, select, textarea')) {
      if (field.getAttribute('type') === 'hidden' || field.getAttribute('aria-hidden') === 'true') continue;
      expect(page.querySelector(`label[for="${field.id}"]`)?.text.trim()).toBeTruthy();
    }
    for (const described of page.querySelectorAll('[aria-describedby]')) {
      for (const id of (described.getAttribute('aria-describedby') ?? '').split(' '))
        expect(page.querySelector(`#${id}`)).not.toBeNull();
    }
    expect(new Set(ids(page)).size).toBe(ids(page).length);
    for (const form of page.querySelectorAll('form')) {
      expect(form.getAttribute('method')).toBe('post');
      expect(form.querySelector('input[name=csrf]')?.getAttribute('value')).toBe('sample-form-token');
    }
  });

  it.each(pages)('X20 $view in $locale has no inline script, style or event attribute', ({ html }) => {
    const page = parse(html);
    expect(page.querySelectorAll('style')).toHaveLength(0);
    expect(
      page.querySelectorAll('script').every((script) => script.getAttribute('src') && !script.text),
    ).toBe(true);
    for (const element of page.querySelectorAll('*')) {
      const names = Object.keys(element.attributes);
      expect(names.filter((name) => name === 'style' || name.startsWith('on'))).toEqual([]);
    }
    for (const image of page.querySelectorAll('img'))
      expect(image.getAttribute('src')).toMatch(/^(\/assets\/|data:image\/)/);
  });

  it('quotes every attribute of every template, since backticks are not escaped', () => {
    for (const file of templateFiles()) {
      const markup = readFileSync(join(viewsDir, file), 'utf8').replace(/<%[\s\S]*?%>/g, '◊');
      const unquoted = (markup.match(/<[a-z][^<>]*>/gi) ?? []).filter((tag) =>
        tag.replace(/="[^"]*"/g, '').includes('='),
      );
      expect([file, unquoted]).toEqual([file, []]);
    }
  });
});

describe('password managers', () => {
  const TOKENS = new Set([
    ...['username', 'username webauthn', 'current-password', 'new-password', 'one-time-code'],
    ...['email', 'name', 'organization', 'tel', 'country'],
  ]);
  /** Nothing that a browser should keep or offer: one-time secrets of 32 digits, what a case is about, a passkey's name. */
  const KEPT_OUT = [
    ...['interactions/recovery-code code', 'self-service/support projects'],
    ...['interactions/passkey-setup name', 'self-service/profile-passkeys name'],
  ];

  it.each(viewStates)('W21 $name tells the purpose of every field that is typed into', ({ view, data }) => {
    const page = parse(renderer.page(view, data as never, { locale: 'en' }));
    const typed = page
      .querySelectorAll('input, textarea')
      .filter((field) => !/^(hidden|checkbox|radio)$/.test(field.getAttribute('type') ?? ''));
    for (const field of typed) {
      const token = field.getAttribute('autocomplete') ?? '';
      const name = field.getAttribute('name');
      if (token === 'off') expect(KEPT_OUT).toContain(`${view} ${name}`);
      else expect([name, TOKENS.has(token)]).toEqual([name, true]);
      if (field.getAttribute('type') === 'password') expect(token).toMatch(/^(current|new)-password$/);
      if (token === 'one-time-code') expect(field.getAttribute('inputmode')).toBe('numeric');
      expect(field.getAttribute('onpaste')).toBeUndefined();
    }
    for (const form of page.querySelectorAll('form')) {
      const tokens = form
        .querySelectorAll('input')
        .flatMap((input) => (input.getAttribute('autocomplete') ?? '').split(' '));
      if (tokens.some((token) => token.endsWith('-password'))) expect(tokens).toContain('username');
    }
  });
});

function ids(page: HTMLElement): string[] {
  return page.querySelectorAll('[id]').map((element) => element.id);
}

const HOSTILE = `"><script>alert(1)</script>'\`<img src=x onerror=alert(2)>`;

/** The same data with every text replaced by something hostile; texts that choose a branch stay. */
function hostile(value: unknown, name = ''): unknown {
  if (typeof value === 'string')
    return [
      'topic',
      'reason',
      'id',
      'key',
      'code',
      'kind',
      'question',
      'side',
      'state',
      'recoveryCode',
    ].includes(name) || /url|image|action/i.test(name)
      ? value
      : HOSTILE;
  if (Array.isArray(value)) return value.map((entry) => hostile(entry, name));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, hostile(entry, key)]));
  return value;
}

describe('X21 hostile values', () => {
  it.each(views)('stay text in %s', (view) => {
    const html = renderer.page(view, hostile(viewSamples[view]) as never, {
      locale: 'en',
      path: `/x?${HOSTILE}`,
    });
    const plain = parse(show(view));
    const page = parse(html);
    expect(page.querySelectorAll('script')).toHaveLength(1);
    expect(page.querySelectorAll('[onerror]')).toHaveLength(0);
    expect(page.querySelectorAll('img')).toHaveLength(plain.querySelectorAll('img').length);
  });

  it('stay text in the brand, too', () => {
    const own = createRenderer({
      viewsDir,
      texts,
      brand: { name: HOSTILE, primaryColor: '#2747d8', logoUrl: HOSTILE },
      statusPageUrl: 'javascript:alert(1)',
      supportEmail: HOSTILE,
      log: silentLog,
    });
    const page = parse(
      own.page('interactions/identify', viewSamples['interactions/identify'], { locale: 'fr' }),
    );
    expect(page.querySelectorAll('script')).toHaveLength(1);
    expect(page.querySelectorAll('[onerror]')).toHaveLength(0);
    expect(page.querySelectorAll('[href^="javascript"]')).toHaveLength(0);
    expect(parse(own.fallback(500, 'id')).querySelectorAll('script, img, [href^="javascript"]')).toHaveLength(
      0,
    );
  });

  it('in an address lead nowhere when they would run something', () => {
    for (const url of ['javascript:alert(1)', ' java\nscript:alert(1)', 'DATA:text/html,x', 'vbscript:x']) {
      const page = parse(show('interactions/leave', { url }));
      expect(page.querySelector('main a')?.getAttribute('href')).toBe('#');
      expect(page.querySelector('meta[http-equiv=refresh]')?.getAttribute('content')).toBe('0;url=#');
    }
    const native = parse(show('interactions/leave', { url: 'com.example.app:/callback?code=1&state=2' }));
    expect(native.querySelector('main a')?.getAttribute('href')).toBe(
      'com.example.app:/callback?code=1&state=2',
    );
  });

  it('cannot turn the language links into a way to another site', () => {
    const links = (path: string) =>
      parse(renderer.page('self-service/help', { topic: 'sso' }, { locale: 'en', path }))
        .querySelectorAll('a[hreflang]')
        .map((link) => link.getAttribute('href'));
    expect(links('/interaction/abc?step=1&lang=en')).toEqual(['/interaction/abc?step=1&lang=fr']);
    expect(links('//evil.example')).toEqual(['?lang=fr']);
    expect(links('/\\evil.example')).toEqual(['?lang=fr']);
    expect(links('https://evil.example')).toEqual(['?lang=fr']);
  });
});

describe('pages of sent codes', () => {
  it.each([
    'interactions/sms-code',
    'interactions/sms-setup-code',
    'interactions/email-code',
    'interactions/email-setup',
  ] as const)('%s says once where the code went, and nothing of the kind where it did not go', (view) => {
    const sentences = (errors: object) =>
      parse(show(view, { errors })).text.split(/We sent an? (?:text message|email)/);
    expect(sentences({})).toHaveLength(2);
    expect(sentences({ form: { key: 'credentials:send-failed' } })).toHaveLength(1);
  });
});

describe('the end of an invitation', () => {
  it.each([
    ['an application', 'Portal'],
    ['none', undefined],
  ])('leads on to the profile where it names %s', (_what, clientName) => {
    const page = parse(show('self-service/welcome-done', { clientName } as never));
    expect(page.querySelector('a.action')?.getAttribute('href')).toBe('/profile');
  });
});

describe('errors in forms', () => {
  it('B10 C5 shows the one refusal above the form with the neutral hint about locking', () => {
    const alert = parse(show('interactions/password')).querySelector('[role=alert]');
    expect(alert?.text).toContain('The email or password is incorrect.');
    expect(alert?.text).toContain('After several tries an account may be locked.');
  });

  it('B7 names a format error at its field', () => {
    const page = parse(
      show('interactions/identify', { errors: { email: { key: 'interactions:errors.email-invalid' } } }),
    );
    const field = page.querySelector('#email');
    expect(field?.getAttribute('aria-invalid')).toBe('true');
    expect(page.querySelector(`#${field?.getAttribute('aria-describedby')}`)?.text).toContain(
      'name@example.com',
    );
    expect(page.querySelectorAll('[role=alert]')).toHaveLength(1);
    expect(page.querySelector('title')?.text).toMatch(/^Error: /);
  });

  it('breaks no French title behind its hyphen, and counts passkeys in words', () => {
    const title = parse(show('interactions/choose-method', {}, 'fr')).querySelector('h1')?.text;
    expect(title).toMatch(/voulez\u2011vous .*\u00a0\?$/);
    const said = (detail: string, locale: 'en' | 'fr') => {
      const passkey = { id: 'passkey', enrolled: true, detail } as const;
      return parse(show('self-service/profile-security', { factors: [passkey] }, locale)).querySelector(
        'ul.rows .hint',
      )?.text;
    };
    expect([said('1', 'en'), said('2', 'en')]).toEqual(['1 passkey', '2 passkeys']);
    expect([said('1', 'fr'), said('2', 'fr')]).toEqual(['1 clé d’accès', '2 clés d’accès']);
  });

  it('C-6 shows a mismatch at Confirm, and says above the form that several fields are wrong', () => {
    const page = parse(show('interactions/new-password'));
    expect(page.querySelector('#confirm-error')?.text).toContain('Passwords must match');
    const [summary, ...others] = page.querySelectorAll('[role=alert]');
    expect(others).toEqual([]);
    expect(summary?.text).toContain('Please correct the marked fields.');
    const links = summary?.querySelectorAll('a').map((link) => [link.getAttribute('href'), link.text]);
    expect(links).toEqual([
      ['#password', 'Password'],
      ['#confirm', 'Confirm'],
    ]);
  });
});
