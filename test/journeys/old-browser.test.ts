import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { beginLogIn } from '../support/sign-in.ts';
import { person as entry, PASSWORD, TOTP_SECRET, totpCode, world } from '../support/world.ts';

const INTERNET_EXPLORER = 'Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko';
const SAFARI_13 =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1 Safari/605.1.15';

const WORDS = {
  en: {
    notice: 'This browser is not supported, so pages may look plain. They still work;',
    email: 'Email',
    password: 'Password',
    code: 'Enter Your 6-digit Verification Code',
    next: 'Continue',
  },
  fr: {
    notice: 'Ce navigateur n’est pas pris en charge',
    email: 'Adresse e-mail',
    password: 'Mot de passe',
    code: 'Saisissez votre code d’accès à usage unique à 6 chiffres',
    next: 'Continuer',
  },
};

/** Without script, and with what such a browser says of a form: nothing at all, or that it hides its origin. */
function oldBrowser(issuer: string, userAgent: string, language: string): JourneyBrowser {
  const headers = { 'user-agent': userAgent, 'accept-language': language };
  return new JourneyBrowser([issuer], headers, (url, init) => {
    const { origin, ...sent } = init?.headers as Record<string, string>;
    const hidden = origin && userAgent === SAFARI_13 ? { origin: 'null' } : {};
    return fetch(url, { ...init, headers: { ...sent, ...hidden } });
  });
}

describe('a browser that is too old', () => {
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    gatehouse = await startGatehouse({
      bootstrap: world({
        accounts: ['ie', 'safari'].map((name) =>
          entry(`${name}@other.example`, 'Olga Old', ['gamma'], { totpSecret: TOTP_SECRET }),
        ),
      }),
    });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(() => gatehouse.stop());

  it.each([
    { name: 'ie', language: 'en', userAgent: INTERNET_EXPLORER },
    { name: 'safari', language: 'fr', userAgent: SAFARI_13 },
  ] as const)('B13 B14 is told so on every page and logs in all the same: $name, $language', async ({
    name,
    language,
    userAgent,
  }) => {
    const words = WORDS[language];
    const browser = oldBrowser(gatehouse.issuer, userAgent, language);
    const { person, pending } = await beginLogIn(gatehouse, portal, { browser });
    const answer = async (label: string, value: string) => {
      const notice = person.find('body > .unsupported');
      expect(notice?.textContent).toContain(words.notice);
      await person.fill(label, value).press(words.next);
    };
    await answer(words.email, `${name}@other.example`);
    await answer(words.password, 'not the password');
    await answer(words.password, PASSWORD);
    await answer(words.code, await totpCode(Date.now()));
    const claims = (await portal.complete(pending, person.arrivedAt)).claims();
    expect(claims).toMatchObject({ amr: ['pwd', 'otp', 'mfa'] });
  });
});
