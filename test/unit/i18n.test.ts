import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTexts, negotiateLocale, type Texts } from '#i18n';

describe('language of a request', () => {
  it('P4 takes ui_locales before the account, the account before the browser, and English last', () => {
    const hints = { uiLocales: 'fr-CA en', accountLocale: 'en', acceptLanguage: 'en' };
    expect(negotiateLocale(hints)).toBe('fr');
    expect(negotiateLocale({ ...hints, uiLocales: undefined, accountLocale: 'fr' })).toBe('fr');
    expect(negotiateLocale({ acceptLanguage: 'fr' })).toBe('fr');
    expect(negotiateLocale({})).toBe('en');
  });

  it('P4 passes over languages that it does not speak, in each place', () => {
    expect(negotiateLocale({ uiLocales: 'de', accountLocale: 'xx', acceptLanguage: 'es, fr;q=0.4' })).toBe(
      'fr',
    );
    expect(negotiateLocale({ uiLocales: 'de fr' })).toBe('fr');
  });

  it('follows the weights of Accept-Language and its refusals', () => {
    expect(negotiateLocale({ acceptLanguage: 'en;q=0.3, fr-FR;q=0.8' })).toBe('fr');
    expect(negotiateLocale({ acceptLanguage: 'fr;q=0, *' })).toBe('en');
    expect(negotiateLocale({ acceptLanguage: `${'x'.repeat(5_000)},fr` })).toBe('en');
  });

  it('lets a language link clicked in this browser outrank everything', () => {
    expect(negotiateLocale({ cookie: 'fr', uiLocales: 'en', accountLocale: 'en' })).toBe('fr');
    expect(negotiateLocale({ cookie: '<script>', uiLocales: 'fr' })).toBe('fr');
  });
});

describe('texts', () => {
  const localesDir = mkdtempSync(join(tmpdir(), 'texts-'));
  const write = (locale: string, texts: object) => {
    mkdirSync(join(localesDir, locale), { recursive: true });
    writeFileSync(join(localesDir, locale, 'sample.json'), JSON.stringify(texts));
  };
  let texts: Texts;
  beforeEach(() => {
    write('en', {
      greeting: 'Hello {{name}}',
      deep: { 'dotted.code': { title: 'Deep' } },
      english: 'only here',
    });
    write('fr', { greeting: 'Bonjour {{name}}', deep: { 'dotted.code': { title: 'Profond' } } });
    texts = createTexts({ localesDir });
  });
  afterAll(() => rmSync(localesDir, { recursive: true }));

  it('looks a text up by namespace and dotted key', () => {
    expect(texts.translate('fr', 'sample:deep.dotted.code.title')).toBe('Profond');
    expect(texts.has('sample:deep.dotted.code.title')).toBe(true);
    expect(texts.has('sample:english')).toBe(false);
    expect(texts.has('elsewhere:greeting')).toBe(false);
  });

  it('puts values in as they are, without reading anything in them', () => {
    expect(texts.translate('en', 'sample:greeting', { name: '<b>&"' })).toBe('Hello <b>&"');
    expect(texts.translate('en', 'sample:greeting', { name: '{{name}} $t(sample:english)' })).toBe(
      'Hello {{name}} $t(sample:english)',
    );
    expect(texts.translate('en', 'sample:greeting', { name: 'Ada', lng: 'fr' })).toBe('Hello Ada');
  });

  it('answers a missing text with its key and a log line, or throws where asked to', () => {
    const logged: object[] = [];
    const note = (facts: object) => void logged.push(facts);
    const log = { debug: note, info: note, warn: note, error: note };
    expect(createTexts({ localesDir, log }).translate('en', 'sample:nothing')).toContain('nothing');
    expect(logged).toEqual([{ key: 'sample:nothing', locale: 'en' }]);
    expect(() => createTexts({ localesDir, strict: true }).translate('en', 'sample:nothing')).toThrow(
      'sample:nothing',
    );
  });

  it('refuses a catalogue with something other than texts', () => {
    write('en', { list: ['no'] });
    expect(() => createTexts({ localesDir })).toThrow(/sample\.json: "list" is not a text/);
  });
});
