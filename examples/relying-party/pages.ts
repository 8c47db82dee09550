import { escaped, page } from '../page.ts';

export function homePage(name: string): string {
  return page(
    name,
    `<p>You are not logged in.</p>
<p><a class="button" href="/login">Log in</a></p>
<p><a href="/login?ui_locales=fr" lang="fr">Se connecter en français</a></p>`,
  );
}

/** The text that Gatehouse asks people to agree to. */
export function termsPage(name: string): string {
  return page(
    `Terms of ${name}`,
    '<p>This is a demonstration. The terms of your platform stand on a page of yours, which <code>TERMS_URL</code> names.</p>',
  );
}

/** What the app knows of the person: the claims of the ID token, and links that ask Gatehouse for more. */
export function signedInPage(name: string, claims: Record<string, unknown>, issuer: string): string {
  const rows = Object.entries(claims)
    .map(
      ([claim, value]) =>
        `<tr><th scope="row">${escaped(claim)}</th><td>${escaped(JSON.stringify(value))}</td></tr>`,
    )
    .join('');
  const who = [claims['name'], claims['company_name']].filter((part) => typeof part === 'string').join(', ');
  return page(
    name,
    `<p>You are logged in as <strong>${escaped(who)}</strong>.</p>
<p><a class="button" href="/logout">Log out</a></p>
<ul>
<li><a href="${escaped(issuer)}/profile">My Profile Settings</a></li>
<li><a href="/login?prompt=login">Log in again</a></li>
<li><a href="/login?acr_values=urn:gatehouse:acr:mfa">Step up to a second factor</a></li>
<li><a href="/login?prompt=select_account">Switch company or account</a></li>
</ul>
<h2>What the ID token says</h2><table>${rows}</table>`,
  );
}

export function problemPage(
  name: string,
  error: { message: string; error?: string; error_description?: string },
): string {
  const what = [error.error ?? error.message, error.error_description].filter(Boolean).join(': ');
  return page(
    name,
    `<p>The log-in did not succeed: ${escaped(what)}</p><p><a class="button" href="/login">Try again</a></p>`,
  );
}
