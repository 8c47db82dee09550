import { parse } from 'node-html-parser';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { logIn } from '../support/sign-in.ts';
import { world } from '../support/world.ts';

describe('response_mode=form_post', () => {
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    gatehouse = await startGatehouse({ bootstrap: world() });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(() => gatehouse.stop());

  /** The page that posts: its policy, its form, and the answer it carries. */
  async function postingPage(url: URL, cookie = '') {
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie } });
    const page = parse(await answer.text());
    const fields = page.querySelectorAll('input').map((node): [string, string] => {
      return [node.getAttribute('name') ?? '', node.getAttribute('value') ?? ''];
    });
    return {
      status: answer.status,
      policy: answer.headers.get('content-security-policy') ?? '',
      page,
      action: page.querySelector('form')?.getAttribute('action'),
      fields: Object.fromEntries(fields),
    };
  }

  it('X21 the page may run its one script, may post to the relying party, and works without script too', async () => {
    const { person } = await logIn(gatehouse, portal, 'ada@other.example');
    const again = await portal.begin({ response_mode: 'form_post', prompt: 'none', state: '"><script>' });
    const shown = await postingPage(again.url, await person.jar.getCookieString(gatehouse.issuer));
    expect(shown.status).toBe(200);
    expect(shown.action).toBe('http://127.0.0.1:9/callback');
    expect(shown.policy).toMatch(/script-src 'self' 'sha256-[^']+'/);
    expect(shown.policy).not.toContain('unsafe-inline');
    expect(shown.policy).toContain("form-action 'self' http://127.0.0.1:9");
    expect(shown.page.querySelector('noscript')?.innerHTML).toContain('<button');
    expect(shown.page.querySelectorAll('script')).toHaveLength(1);
    expect(shown.fields['state']).toBe('"><script>');
    const answered = new URL(`${shown.action}?${new URLSearchParams(shown.fields)}`);
    const tokens = await portal.complete({ ...again, state: '"><script>' }, answered);
    expect(tokens.claims()?.['email']).toBe('ada@other.example');
  });

  it('errors are posted to the relying party as well', async () => {
    const { url } = await portal.begin({ response_mode: 'form_post', prompt: 'none' });
    const shown = await postingPage(url);
    expect(shown.fields).toMatchObject({ error: 'login_required', iss: gatehouse.issuer });
    expect(shown.policy).toContain("form-action 'self' http://127.0.0.1:9");
  });
});
