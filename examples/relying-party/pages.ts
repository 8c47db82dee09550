const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title><style>body{font:16px/1.5 system-ui;max-width:44rem;margin:4rem auto;padding:0 1rem}
a.button{display:inline-block;padding:.6rem 1.2rem;background:#1d4ed8;color:#fff;border-radius:.4rem;text-decoration:none}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #ddd;word-break:break-all}</style>
</head><body><h1>${escaped(title)}</h1>${body}</body></html>`;
}

export function homePage(name: string): string {
  return page(name, '<p>You are not logged in.</p><p><a class="button" href="/login">Log in</a></p>');
}

export function signedInPage(name: string, claims: object): string {
  const rows = Object.entries(claims)
    .map(([claim, value]) => `<tr><th>${escaped(claim)}</th><td>${escaped(JSON.stringify(value))}</td></tr>`)
    .join('');
  return page(
    name,
    `<p>You are logged in. The ID token says:</p><table>${rows}</table>
<p><a href="/login?prompt=login">Log in again</a> · <a href="/login?acr_values=urn:gatehouse:acr:mfa">Step up to a second factor</a>
· <a href="/login?prompt=select_account">Switch company</a></p>
<p><a class="button" href="/logout">Log out</a></p>`,
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
