import { parse } from 'node-html-parser';
import { LOCALES } from '#i18n';
import type { ViewData, ViewName } from '#rendering';
import { renderer, texts } from '../support/renderer.ts';
import { viewSamples } from '../support/view-samples.ts';

function page<V extends ViewName>(view: V, locale: 'en' | 'fr' = 'en', changes: Partial<ViewData[V]> = {}) {
  return parse(renderer.page(view, { ...viewSamples[view], ...changes }, { locale }));
}
const squeeze = (text: string) => text.replace(/[\s\u00a0]+/g, ' ').trim();
const all = (root: ReturnType<typeof parse>, selector: string) =>
  root.querySelectorAll(selector).map((element) => squeeze(element.text));
const outline = (view: ViewName, locale: 'en' | 'fr' = 'en') => {
  const root = page(view, locale);
  return { h1: all(root, 'h1')[0], labels: all(root, 'main label'), buttons: all(root, 'main button') };
};

describe('labels', () => {
  it.each<[string, ViewName, ReturnType<typeof outline>]>([
    [
      'B2 e-mail',
      'interactions/identify',
      { h1: 'Log in to Gatehouse', labels: ['Email'], buttons: ['Continue', 'Sign in with a passkey'] },
    ],
    [
      'B3 B4 password',
      'interactions/password',
      { h1: 'Enter your password', labels: ['Password'], buttons: ['Continue'] },
    ],
    [
      'A9 A12 password to set',
      'interactions/new-password',
      { h1: 'Create a New Password', labels: ['Password', 'Confirm'], buttons: ['Set Password'] },
    ],
    [
      'D5 D6 reset',
      'self-service/reset-password',
      { h1: 'Create a New Password', labels: ['Password', 'Confirm'], buttons: ['Reset Password'] },
    ],
    [
      'D2 forgotten password',
      'self-service/forgot-password',
      { h1: 'Forgot your password?', labels: ['Email'], buttons: ['Submit'] },
    ],
    [
      'G14 method',
      'interactions/select-method',
      {
        h1: 'Select an Authentication Method',
        labels: ['Authenticator App', 'SMS Verification', 'Passkey', 'Email Verification'],
        buttons: ['Continue'],
      },
    ],
    [
      'G15 G18 set-up',
      'interactions/authenticator-setup',
      { h1: 'Secure your Account', labels: ['Enter the 6-Digit Verification Code'], buttons: ['Continue'] },
    ],
    [
      'G21 G22 recovery code',
      'interactions/save-recovery-code',
      {
        h1: 'Save Your Recovery Code',
        labels: ['I Have Securely Saved This Code'],
        buttons: ['Copy', 'Download', 'Continue'],
      },
    ],
    [
      'I2 code',
      'interactions/authenticator-code',
      { h1: 'Verify Your Identity', labels: ['Enter Your 6-digit Verification Code'], buttons: ['Continue'] },
    ],
    [
      'J3 recovery',
      'interactions/recovery-code',
      { h1: 'Use Your Recovery Code', labels: ['Enter Recovery Code'], buttons: ['Continue'] },
    ],
    [
      'A13 A14 terms',
      'interactions/terms',
      { h1: 'Terms and Conditions', labels: ['I Agree to the Terms and Conditions'], buttons: ['Agree'] },
    ],
    [
      'B16 log-out',
      'interactions/log-out',
      { h1: 'Do you want to log out?', labels: [], buttons: ['Log Out', 'Stay Logged In'] },
    ],
  ])('%s', (_title, view, expected) => {
    expect(outline(view)).toEqual(expected);
  });

  it('G13 names the page and offers "Remind me later" only before the deadline', () => {
    const required = page('interactions/enrolment-required', 'en', { required: true });
    expect(all(required, 'h1')).toEqual(['Two-Factor Authentication Required']);
    expect(all(required, 'main button')).toEqual(['Set Up Now']);
    expect(all(page('interactions/enrolment-required'), 'main button')).toEqual([
      'Set Up Now',
      'Remind me later',
    ]);
  });

  it('A16 labels the picker with company names', () => {
    const picker = page('interactions/company');
    expect(all(picker, 'main label')[0]).toBe('Acme Builders');
    expect(picker.querySelectorAll('input[type=radio][name=company]')).toHaveLength(2);
    expect(all(picker, 'main button')).toEqual(['Continue']);
  });

  it('I1 offers the methods by name, with support information that tells external and own MFA apart (E7 E8)', () => {
    const chooser = page('interactions/choose-method');
    expect(all(chooser, 'h1')).toEqual(['How Do You Want to Verify Your Identity']);
    expect(all(chooser, 'main li a')).toEqual([
      'Authenticator App',
      'Use a Phone Number',
      'Use a Passkey',
      'Use Your Email Address',
      'Enter Recovery Code',
    ]);
    expect(squeeze(chooser.text)).toContain(
      'External MFA: if the code is requested on your company’s Single Sign-On (SSO) page',
    );
    expect(squeeze(chooser.text)).toContain(
      'Gatehouse MFA: if the code is requested on a Gatehouse screen after the SSO log-in',
    );
  });

  it('I6 G12 G33 carry the try-another link and the advice on apps and private codes', () => {
    expect(all(page('interactions/authenticator-code'), 'main .after a')).toEqual(['Try another method']);
    const methods = squeeze(page('interactions/select-method').text);
    expect(methods).toContain('Never share it with anyone. Gatehouse employees will never ask for it.');
    expect(methods).toMatch(/Google Authenticator or Microsoft Authenticator/);
  });

  it('G16 G17 explain scanning and show the secret in groups under "Trouble Scanning"', () => {
    const setup = page('interactions/authenticator-setup');
    expect(all(setup, 'h2')).toEqual(['Set Up Your Authenticator App']);
    expect(squeeze(setup.text)).toContain('not with your phone’s camera');
    expect(all(setup, 'details > summary')).toEqual(['Trouble Scanning']);
    expect(all(setup, 'details code')).toEqual(['JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP']);
    expect(setup.querySelector('#code')?.attributes).toMatchObject({
      autocomplete: 'one-time-code',
      inputmode: 'numeric',
    });
  });

  it('J1 G23 J2 show eight groups with the warning and that nobody else knows the code', () => {
    const save = page('interactions/save-recovery-code');
    expect(all(save, '#recovery-code span')).toEqual(
      viewSamples['interactions/save-recovery-code'].codeGroups,
    );
    expect(squeeze(save.text)).toContain('Each recovery code can be used only once.');
    expect(squeeze(save.text)).toContain('does not know or store your recovery code for you');
  });

  it('G29 a set-up in the profile says beforehand that it voids the recovery code; one at the log-in does not', () => {
    const said = { en: /It voids any previous one\./, fr: /Il annule le précédent\./ };
    const views = ['passkey-setup', 'authenticator-setup', 'sms-setup'] as const;
    for (const locale of LOCALES)
      for (const view of views) {
        const inProfile = page(`interactions/${view}`, locale, { voidsRecoveryCode: true });
        expect(squeeze(inProfile.text)).toMatch(said[locale]);
        expect(squeeze(page(`interactions/${view}`, locale).text)).not.toMatch(said[locale]);
      }
  });

  it('J8 page and banner say the same of how long a code can be shown: in this session', () => {
    const said = { en: /shown (only )?in this session/, fr: /affiché (que )?pendant cette session/ };
    for (const locale of LOCALES) {
      expect(squeeze(page('interactions/save-recovery-code', locale).text)).toMatch(said[locale]);
      expect(texts.translate(locale, 'profile:recovery-code.waiting')).toMatch(said[locale]);
    }
  });

  it('D3 D10 the answer to a reset request is the same for everybody and names spam and the administrator', () => {
    const sent = squeeze(page('self-service/forgot-password-sent').text);
    expect(sent).toContain('If the address is known, a mail is on its way');
    expect(sent).toContain('check your spam folder');
    expect(sent).toContain('Not sure whether SSO is used? Ask your Company Administrator.');
  });

  it('P2 keeps the French labels of the guide', () => {
    expect(outline('interactions/identify', 'fr')).toMatchObject({
      labels: ['Adresse e-mail'],
      buttons: ['Continuer', 'Se connecter avec une clé d’accès'],
    });
    expect(outline('interactions/password', 'fr')).toMatchObject({
      h1: 'Entrez votre mot de passe',
      labels: ['Mot de passe'],
    });
    const code = page('interactions/authenticator-code', 'fr');
    expect(all(code, 'h1')).toEqual(['Vérifier votre identité']);
    expect(all(code, 'main label')[0]).toContain('code d’accès à usage unique');
    expect(all(code, 'main .after a')).toEqual(['Essayer une autre méthode']);
    expect(all(page('interactions/recovery-code', 'fr'), 'main label')[0]).toContain('code de récupération');
    expect(all(page('interactions/enrolment-required', 'fr'), 'h1')[0]).toContain(
      'authentification multifacteur',
    );
    const { attributes } = page('interactions/password', 'fr').querySelector('#password') ?? {
      attributes: {},
    };
    expect(attributes).toMatchObject({ 'data-show': 'Afficher', 'data-hide': 'Masquer' });
  });

  it('E10 has the two help texts and links them from every page', () => {
    expect(all(page('self-service/help', 'en', { topic: 'mfa' }), 'h1')).toEqual([
      'Who is responsible for resetting MFA for a user',
    ]);
    expect(all(page('self-service/help', 'en', { topic: 'sso' }), 'h1')).toEqual([
      'What is Single Sign-On (SSO)?',
    ]);
    const links = page('interactions/identify')
      .querySelectorAll('footer a')
      .map((link) => link.getAttribute('href'));
    expect(links).toEqual(
      expect.arrayContaining(['/help/sign-in', '/help/sso', '/help/mfa', 'https://status.example']),
    );
  });

  it('A3 tells people without an invitation whom to ask', () => {
    expect(squeeze(page('interactions/identify').text)).toContain('contact your Company Administrator');
  });

  it('W21 lets password managers see the address and the purpose of each password', () => {
    const login = page('interactions/password');
    expect(login.querySelector('input[autocomplete=username]')?.attributes).toMatchObject({
      type: 'text',
      value: 'ada@acme.example',
    });
    expect(login.querySelector('#password')?.getAttribute('autocomplete')).toBe('current-password');
    const reset = page('self-service/reset-password');
    expect(reset.querySelector('input[autocomplete=username]')?.getAttribute('value')).toBe(
      'ada@acme.example',
    );
    expect(reset.querySelectorAll('input[autocomplete=new-password]')).toHaveLength(2);
  });
});

describe('error pages', () => {
  const error = (code: string, status: number) => page('errors/error', 'en', { code, status });

  it.each([
    ['O1', 'not-found', 404, 'File Not Found', /moved, renamed or deleted.*malformed or was cut off/],
    ['O3', 'request-timeout', 408, 'Request Timeout', /smaller, split it/],
    ['O4', 'unprocessable', 422, 'Unprocessable request', /Check what you entered/],
    ['O5', 'internal', 500, 'Internal Server Error', /Refresh the page.*cache.*cookies.*Jt3kQ9vXw0a2/],
    ['O8', 'permission-denied', 403, 'Permission denied, sorry', /administrator/],
    ['O9', 'heavy-load', 503, 'This website is under heavy load.', /5–10 seconds/],
    ['F3', 'account-locked', 403, 'Account Locked', /Reset your password, or ask your Company Administrator/],
  ])('%s %s', (_row, code, status, title, advice) => {
    const root = error(code, status);
    expect(all(root, 'h1')).toEqual([title]);
    expect(squeeze(root.text)).toMatch(advice);
  });

  it('O10 link the status page', () => {
    expect(error('internal', 500).querySelector('main a[href="https://status.example"]')).not.toBeNull();
  });

  it('fall back to its family, then to the status, for a code without texts', () => {
    expect(all(error('oidc.invalid_scope', 400), 'h1')).toEqual(['The log-in could not be completed']);
    expect(all(error('something.new', 404), 'h1')).toEqual(['File Not Found']);
    expect(all(error('something.new', 418), 'h1')).toEqual(['This request could not be understood']);
    expect(all(error('something.new', 502), 'h1')).toEqual(['Internal Server Error']);
  });

  it('O2 have a static page for when templates fail', () => {
    const html = renderer.fallback(503, '"><script>');
    expect(html).toContain('https://status.example');
    expect(parse(html).querySelectorAll('script')).toHaveLength(0);
    expect(parse(html).querySelectorAll('h1')).toHaveLength(1);
  });
});
