import fc from 'fast-check';
import { checkPassword } from '#credentials';
import { passwordRules } from '../../src/credentials/password/password-rules.ts';

const unmet = (password: string, minLength = 8) => checkPassword(password, { minLength });

describe('password rules', () => {
  it('C-1 seven characters are refused, eight accepted', () => {
    expect(unmet('Abcd-12')).toEqual(['length']);
    expect(unmet('Abcd-123')).toEqual([]);
  });

  it('C-9 a company raises the length and never lowers it below eight', () => {
    expect(unmet('Abcd-1234', 10)).toEqual(['length']);
    expect(unmet('Abcd-12345', 10)).toEqual([]);
    expect(unmet('Abcd-12', 4)).toEqual(['length']);
    expect(passwordRules({ minLength: 4 })[0]).toEqual({ id: 'length', params: { minLength: 8 } });
  });

  it.each([
    ['C-2', 'abcdefg-1', 'upper'],
    ['C-3', 'ABCDEFG-1', 'lower'],
    ['C-4', 'Abcdefg-x', 'number'],
    ['C-5', 'Abcdefgh1', 'special'],
  ])('%s a password without its class is refused by that rule alone: %s', (_number, password, rule) => {
    expect(unmet(password)).toEqual([rule]);
  });

  it('C1 every special character of both lists counts, and any Unicode punctuation or symbol', () => {
    const lists = '!@#$%^&*' + '!@#£%^&*()-_=+`~\'",<.>/?[{]}\\|;:';
    for (const special of [...lists, '€', '¿', '—', '☂', '。'])
      expect([special, unmet(`Abcdef1${special}`)]).toEqual([special, []]);
    expect(unmet('Abcdef1 ')).toEqual(['special']);
  });

  it('letters and digits of any script count', () => {
    expect(unmet('Éèàùç-٣x')).toEqual([]);
    expect(unmet('ДОМ-дом-1')).toEqual([]);
  });

  it('characters are counted as people see them: composed, and emoji as one', () => {
    expect(unmet('Abc-1😀😀')).toEqual(['length']);
    expect(unmet('Abc-1e\u0301e\u0301')).toEqual(['length']);
  });

  it('X37 more than 256 characters are refused', () => {
    expect(unmet(`Aa-1${'x'.repeat(252)}`)).toEqual([]);
    expect(unmet(`Aa-1${'x'.repeat(253)}`)).toEqual(['too-long']);
    expect(unmet('Aa-1'.repeat(1_000_000))).toEqual(['too-long']);
  });

  it('two spellings of one text meet the same rules', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(unmet(text.normalize('NFD'))).toEqual(unmet(text.normalize('NFC')));
      }),
    );
  });
});
