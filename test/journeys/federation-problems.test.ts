import {
  type FederationWorld,
  type LeaveOptions,
  SAM,
  signInThere,
  startFederationWorld,
} from '../support/federation-world.ts';
import type { JourneyBrowser } from '../support/journey-browser.ts';
import type { PendingLogIn } from '../support/relying-party.ts';
import type { Mode } from '../support/upstream/mode.ts';

const AGAIN = 'Try again';
const OTHER = 'Use another email address';

describe('when the sign-in at the IdP does not come off', () => {
  let world: FederationWorld;
  beforeAll(async () => {
    world = await startFederationWorld();
  });
  afterEach(() => world.upstream.control({}));
  afterAll(() => world.stop());

  /** The IdP behaves as `mode` says between leaving and coming back. */
  async function failing(mode: Mode, options: LeaveOptions = {}) {
    const left = await world.leave(SAM, options);
    await world.upstream.control(mode);
    await signInThere(left.person, SAM);
    return left;
  }

  /** The same request, a moment later, with an IdP that behaves. */
  async function succeedsAfterwards({ person, pending }: { person: JourneyBrowser; pending: PendingLogIn }) {
    await world.upstream.control({});
    await person.follow(AGAIN);
    await signInThere(person, SAM);
    return (await world.portal.complete(pending, person.arrivedAt)).claims();
  }

  it.each<[string, Mode, number, string]>([
    ['a refusal there', { error: 'access_denied' }, 403, 'did not let you in, or the log-in was cancelled'],
    ['an error of the IdP', { error: 'server_error' }, 502, 'We cannot reach'],
    ['a 500 at its token endpoint', { status: { token: 500 } }, 502, 'We cannot reach'],
    ['a forged signature', { token: 'bad-signature' }, 403, 'did not pass our checks'],
    ['a key nobody published (W7)', { token: 'unknown-kid' }, 403, 'did not pass our checks'],
    ['a missing nonce (X6)', { token: 'missing-nonce' }, 403, 'did not pass our checks'],
    ['an unsigned token (X9)', { token: 'alg-none' }, 403, 'did not pass our checks'],
    ['an answer of another issuer (X7)', { responseIss: 'https://evil.example' }, 403, 'did not pass'],
  ])('tells %s in words, and the request stays alive', async (_what, mode, status, words) => {
    const left = await failing(mode);
    const { person } = left;
    expect(person.title).toBe('We couldn’t log you in with Acme Sign-In');
    expect(person.status).toBe(status);
    expect(person.alerts.join()).toContain(words);
    expect(person.text).toContain('Your company’s IT contact: it@acme.example');
    expect(person.links()).toEqual(expect.arrayContaining([AGAIN, OTHER]));
    expect(person.html).not.toContain('INTERNAL-UPSTREAM-BODY');
    expect(await succeedsAfterwards(left)).toMatchObject({ email: SAM });
  });

  it('tells that the IdP does not answer in time', async () => {
    const left = await failing({ delayMs: { token: 6_000 } });
    expect(left.person.alerts.join()).toContain('did not answer in time');
    expect(left.person.text).toContain('Please try again in a moment.');
    expect(await succeedsAfterwards(left)).toMatchObject({ email: SAM });
  });

  it('tells that the IdP cannot be reached at all, before anybody is sent there', async () => {
    const { person } = await world.leave('ann@umbrella.example');
    expect(person.title).toBe('We couldn’t log you in with umbrella Sign-In');
    expect(person.status).toBe(502);
    await person.follow(AGAIN);
    expect(person.alerts.join()).toContain('We cannot reach your company’s identity provider');
    await person.follow(OTHER);
    await person.fill('Email', SAM).press('Continue');
    expect(person.url.origin).toBe(world.upstream.issuer);
  });

  it('lets the person go on with another address', async () => {
    const { person, pending } = await failing({ error: 'access_denied' });
    await person.follow(OTHER);
    expect(person.title).not.toContain('couldn’t');
    await person.fill('Email', 'ada@other.example').press('Continue');
    await person.fill('Password', 'Correct-Horse-7').press('Continue');
    const claims = (await world.portal.complete(pending, person.arrivedAt)).claims();
    expect(claims?.['email']).toBe('ada@other.example');
  });

  it('W7 takes a new signing key of the IdP at once', async () => {
    await world.signIn(SAM);
    await world.upstream.control({ rotateKeys: true });
    const { person, pending } = await world.signIn(SAM);
    expect((await world.portal.complete(pending, person.arrivedAt)).claims()?.['email']).toBe(SAM);
  });

  it('P4 says it in French', async () => {
    const { person } = await failing(
      { error: 'access_denied' },
      { browser: world.browser({ 'accept-language': 'fr' }), params: { login_hint: SAM } },
    );
    expect(person.title).toBe('La connexion avec Acme Sign-In n’a pas abouti');
    expect(person.text).toContain('ne vous a pas laissé entrer');
    expect(person.links()).toEqual(
      expect.arrayContaining(['Réessayer', 'Utiliser une autre adresse e-mail']),
    );
  });
});
