import fc from 'fast-check';
import { checkPassword, newPasswordProblems } from '#credentials';
import { passwordRules } from '../../src/credentials/password/password-rules.ts';

const unmet = (password: string, minLength = 8) => checkPassword(password, { minLength });

describe('password rules', () => {
  it('C-6 everything that is wrong is said at once, and an empty field needs no comparison', () => {
    const fields = (password: string, confirm: string) =>
      Object.keys(newPasswordProblems({ password, confirm }, unmet(password))?.errors ?? {});
    expect(fields('short', 'shorter')).toEqual(['password', 'confirm']);
    expect(fields('short', 'short')).toEqual(['password']);
    expect(fields('Abcd-123', 'Abcd-124')).toEqual(['confirm']);
    expect(fields('', 'Abcd-123')).toEqual(['password']);
    expect(newPasswordProblems({ password: 'Abcd-123', confirm: 'Abcd-123' }, [])).toBeUndefined();
  });

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

  it('C-2 an upper-case letter is wanted', () => {
    expect(unmet('abcdefg-1')).toEqual(['upper']);
  });

  it('C-3 a lower-case letter is wanted', () => {
    expect(unmet('ABCDEFG-1')).toEqual(['lower']);
  });

  it('C-4 a number is wanted', () => {
    expect(unmet('Abcdefg-x')).toEqual(['number']);
  });

  it('C-5 a special character is wanted', () => {
    expect(unmet('Abcdefgh1')).toEqual(['special']);
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
