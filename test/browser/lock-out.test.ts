import { browserWorld } from '../support/browser-world.ts';
import { hasChromium, keepPicture } from '../support/chromium.ts';
import { labelsIn } from '../support/labels.ts';
import { linkIn } from '../support/mail-server.ts';
import { PASSWORD } from '../support/world.ts';

const WRONG = 'Wrong-Horse-7';
const NEW_PASSWORD = 'Battery-Staple-8';

const WORDS = {
  en: {
    locked: 'Account Locked',
    neutral: 'After several tries an account may be locked.',
    lockedMail: 'Your account has been locked',
  },
  fr: {
    locked: 'Compte verrouillé',
    neutral: 'Après plusieurs tentatives, un compte peut être verrouillé.',
    lockedMail: 'Votre compte a été verrouillé',
  },
} as const;

(hasChromium ? describe : describe.skip)('a locked account in a browser', () => {
  const world = browserWorld({
    accounts: (['en', 'fr'] as const).map((locale) => ({
      email: `lou-${locale}@bridges.example`,
      name: 'Lou Locked',
      locale,
      password: PASSWORD,
      memberships: [{ company: 'bridges' }],
      acceptedTerms: true,
    })),
  });
  beforeAll(async () => {
    const { companies } = world.site.gatehouse;
    const bridges = await companies.byId('bridges');
    if (!bridges) throw new Error('no company to lock at');
    const settings = { ...bridges.settings, lockout: { enabled: true, attempts: 3 } };
    await companies.put({ ...bridges, settings }, { actor: 'system' });
  });

  it.each([
    'en',
    'fr',
  ] as const)('F3 F4 O6 a person locks their account, is told so, resets the password and is back in (%s)', async (locale) => {
    const words = WORDS[locale];
    const email = `lou-${locale}@bridges.example`;
    const labels = labelsIn(locale);
    const { site, mails } = world;
    const person = await world.visit({ locale });
    const { page } = person;
    const openLogIn = () => page.goto(`${site.portal}/login`);
    const give = async (password: string) => {
      await person.fill(labels.password, password);
      await person.press(labels.next);
    };
    // The log-in that makes this browser a known one; the session is left behind.
    await openLogIn();
    await person.logIn(labels, email);
    await page.waitForURL(`${site.portal}/`);
    await page.context().clearCookies({ name: 'gh_session' });
    await page.context().clearCookies({ name: 'gh_session.sig' });

    await openLogIn();
    await person.logIn(labels, email, WRONG);
    await page.getByText(words.neutral).waitFor();
    await give(WRONG);
    await page.getByText(words.neutral).waitFor();
    await give(WRONG);
    await person.heading(words.locked);
    await keepPicture(page, `story-account-locked-${locale}`);
    expect(await mails.nextTo(email)).toContain(`${site.gatehouse.issuer}/forgot-password`);

    await person.follow(labels.reset);
    expect(await page.getByLabel(labels.email, { exact: true }).inputValue()).toBe(email);
    await person.press(labels.submit);
    await person.heading(labels.sent);
    await page.goto(linkIn(await mails.nextTo(email)));
    await person.fill(labels.password, NEW_PASSWORD);
    await person.fill(labels.confirm, NEW_PASSWORD);
    await person.press(labels.reset);
    await person.follow(labels.logIn);
    await give(NEW_PASSWORD);
    await page.waitForURL(`${site.portal}/`);
  });
});
