/** The one page of the example provider; works without script. */
export function signInPage(facts: { name: string; uid: string; hint: string; problem?: string }): string {
  const { name, uid, hint, problem } = facts;
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Sign in to ${escaped(name)}</title>
    <link rel="icon" href="data:,">
    <style>
      body { display: grid; min-height: 100vh; margin: 0; place-items: center; background: #eef1f4; font: 1rem/1.5 system-ui, sans-serif; color: #1c2733; }
      main { box-sizing: border-box; width: min(24rem, 100% - 2rem); padding: 2rem; border-radius: .5rem; background: #fff; box-shadow: 0 1px 6px #0003; }
      h1 { margin: 0 0 1rem; font-size: 1.4rem; }
      label, input, button { display: block; box-sizing: border-box; width: 100%; font: inherit; }
      input { margin: .25rem 0 1rem; padding: .6rem; border: 1px solid #71808f; border-radius: .25rem; }
      button { padding: .6rem; border: 0; border-radius: .25rem; background: #1b4f8f; color: #fff; cursor: pointer; }
      .problem { color: #a3201d; }
      .note { margin: 1rem 0 0; font-size: .875rem; color: #4c5a68; }
    </style>
  </head>
  <body>
    <main>
      <h1>Sign in to ${escaped(name)}</h1>
      ${problem ? `<p class="problem" role="alert">${escaped(problem)}</p>` : ''}
      <form method="post" action="/interaction/${escaped(uid)}">
        <label for="email">Email</label>
        <input id="email" name="email" type="email" autocomplete="username" required value="${escaped(hint)}">
        <button type="submit">Sign in</button>
      </form>
      <p class="note">This is a demonstration identity provider: it asks for no password.</p>
    </main>
  </body>
</html>
`;
}

/** A page that only says something. */
export function messagePage(title: string, text: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escaped(title)}</title><link rel="icon" href="data:,"><h1>${escaped(title)}</h1><p>${escaped(text)}</p></html>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}
