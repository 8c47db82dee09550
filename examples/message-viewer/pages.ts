import { escaped, page } from '../page.ts';

export interface SentMessage {
  at: string;
  channel: string;
  to: string;
  subject?: string;
  text: string;
}

export interface AppCode {
  account: string;
  code: string;
}

/** A link stands alone on its line. */
const linked = (text: string) => escaped(text).replace(/^(https?:\/\/\S+)$/gm, '<a href="$1">$1</a>');

/** Reloads by itself, but not under somebody who is typing a key. */
const RELOAD = `<script>setInterval(() => document.querySelector('details[open]') || location.replace('/'), 5000)</script>`;

interface Shown {
  messages: readonly SentMessage[];
  codes: readonly AppCode[];
  problem?: string | undefined;
}

export function viewerPage({ messages, codes, problem }: Shown): string {
  const apps = codes.map(
    ({ account, code }) => `<tr><th scope="row">${escaped(account)}</th><td><code>${code}</code></td></tr>`,
  );
  const sent = messages.map(
    ({ at, channel, to, subject, text }) =>
      `<article><h3>${escaped(subject || channel)}</h3><p>${escaped(at)} · ${escaped(channel)} to ${escaped(to)}</p><pre>${linked(text)}</pre></article>`,
  );
  return page(
    'Sent messages and codes',
    `<h2>Authenticator apps</h2>
<table>${apps.join('')}</table>
<details${problem ? ' open' : ''}><summary>Set up another app here, without a phone</summary>
<form method="post" action="/">
${problem ? `<p role="alert"><strong>${escaped(problem)}</strong></p>` : ''}
<p><label for="key">Key shown under “Trouble Scanning”</label><input id="key" name="key" autocomplete="off" required></p>
<p><label for="account">Whose app it is</label><input id="account" name="account" autocomplete="off" value="carl@crane.example"></p>
<p><button type="submit">Add</button></p></form></details>
<h2>Sent messages</h2>${sent.join('') || '<p>Nothing was sent yet.</p>'}${RELOAD}`,
  );
}
